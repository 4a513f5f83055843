/*
 * BLAKE2b of the bytes 0, 1, 2, … (modulo 251), made with Python's hashlib, which is neither this library nor the one the TypeScript uses:
 *   hashlib.blake2b(bytes(i % 251 for i in range(n)), digest_size=d).hexdigest()
 * Lengths stand on both sides of the ends of blocks. "abc" is RFC 7693 appendix A.
 */
#ifndef DPP_TEST_KNOWN_ANSWERS_H
#define DPP_TEST_KNOWN_ANSWERS_H

typedef struct {
  unsigned length;
  unsigned digest_length;
  const char *digest;
} known_answer_t;

static const char *const ABC_512 =
    "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
    "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923";

static const known_answer_t BLAKE2B[] = {
    {0, 28, "836cc68931c2e4e3e838602eca1902591d216837bafddfe6f0c8cb07"},
    {1, 28, "0d94e174732ef9aae73f395ab44507bfa983d65023c11a951f0c32e4"},
    {63, 28, "f331120c1f65fc55f159a2b739dd25f64a8206e500cf7329a67646af"},
    {64, 28, "f38b4f2eec950f185879ed97d8a93fc81ddb146b28511090db10c9a2"},
    {65, 28, "2c0149f95f0972292858199657351ff2d3593e2971614405a13856a0"},
    {127, 28, "afa0454a4a572149b09a845baefef20384539a349933d15c281029ca"},
    {128, 28, "f0ca1b2d7e6d603147b07d0560027876df36e2eeca2d7b3d59b47ee2"},
    {129, 28, "b2638debd279de80b15faea232f3d25cb73ee0d709d664c57f281d98"},
    {255, 28, "9d50fbea19409fce5b410711a5e38461a81f31f53c4caae86063e62d"},
    {256, 28, "ec444fe0a0d9c43200044f483ad270bb77858945b4d69ae581a14d29"},
    {257, 28, "5b856643926f6898f365531614576884d2e6e84d824d58a7d216115e"},
    {1000, 28, "f3a6114aed67a48f455a07184e8094393474b4cd661fd7a4d5fae1c0"},
    {4096, 28, "3fe45d707b612eae9ab8a8899c92362cb37f8379530c6a7c1137cc96"},
    {0, 32, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
    {1, 32, "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"},
    {63, 32, "29e41a64fbdd2fd27612228623c0702222bf367451e7324287f181cb3dcf7237"},
    {64, 32, "10d8e6d534b00939843fe9dcc4dae48cdf008f6b8b2b82b156f5404d874887f5"},
    {65, 32, "84c04ab082c8ae24206561f77397704b627892089a05887a2a1996472bcfe15d"},
    {127, 32, "f2fe67ff342e21b8f45e8f2e0bcd1d9243245d50ee6c78042e9c491388791c72"},
    {128, 32, "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1"},
    {129, 32, "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9"},
    {255, 32, "d9ef0fc521b4266d16df662bec231bc2ec3989e7adeaf63169c295dc239dbbea"},
    {256, 32, "582f782226018ec33076bd8d1c42413530ac7e1126260ffc0f306ba3befc3f24"},
    {257, 32, "227e15ed64ee8e93eb7bc53828f76eed974f2c4ab1408c3d08f212b7f8d69904"},
    {1000, 32, "b372d0608f720c8c3dd41e9c8eecb10143b41abe520b616607e754bf79c08331"},
    {4096, 32, "11c294a11dc67e3ddb25f8c06cca2721e58d2a044243abea6c7063fd17d589e5"},
};

#endif
