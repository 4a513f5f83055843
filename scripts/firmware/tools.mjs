// Finds the compilers and the machine emulator of the firmware's tests: on the PATH, or, as root on Debian, by apt-get. None is a dependency
// of anything else.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";

/** Debian's names. */
export const PACKAGES = [
  "gcc",
  "libc6-dev",
  "gcc-riscv64-unknown-elf",
  "picolibc-riscv64-unknown-elf",
  "qemu-system-misc",
];

const output = (command, args, input = "") => {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", input, timeout: 60_000 });
  return status === 0 ? stdout.trim() : null;
};

const which = (name) => (output(name, ["--version"]) === null ? null : name);

/** A cross compiler that has picolibc: without it there is no `memcpy` and no output. */
function riscvGcc() {
  const name = which("riscv64-unknown-elf-gcc");
  if (name === null) return null;
  return isAbsolute(output(name, ["-print-file-name=picolibc.specs"]) ?? "") ? name : null;
}

/** A clang that links libFuzzer; its runtime is a package of its own. */
function fuzzingClang() {
  const name = which("clang");
  if (name === null) return null;
  const path = output(name, [`-print-file-name=lib/linux/libclang_rt.fuzzer-${ARCHITECTURE}.a`]);
  return isAbsolute(path ?? "") ? name : null;
}

const ARCHITECTURE = process.arch === "arm64" ? "aarch64" : "x86_64";

/** Each by name, or null. */
const find = () => ({
  gcc: which("gcc"),
  riscvGcc: riscvGcc(),
  qemu: which("qemu-system-riscv32"),
  clang: fuzzingClang(),
});

/** clang is optional and never installed. */
const complete = ({ gcc, riscvGcc: cross, qemu }) => gcc !== null && cross !== null && qemu !== null;

/** What is there after installing what is missing, where that needs nobody's password. */
export function provideTools() {
  const found = find();
  if (complete(found)) return found;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return found;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) =>
    spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  const install = () => apt("install", "-y", "--no-install-recommends", ...PACKAGES);
  if (!install() && apt("update")) install();
  const installed = find();
  if (installed.qemu !== null) return installed;
  // Where RISC-V is a package of its own.
  apt("install", "-y", "--no-install-recommends", "qemu-system-riscv");
  return find();
}
