/** The passports of the demo. From `src/demo` and from `dist/demo`. */
export const EXAMPLES_FOLDER = new URL("../../../examples/", import.meta.url);
export const EXAMPLES = ["ev-battery.json", "lmt-battery.json", "cotton-shirt.json"];
