// Copies the design tokens and their licence out of node_modules, after their version was raised in package.json.
import { copyFileSync } from "node:fs";

const from = "node_modules/@digital-go-jp/design-tokens/";
const to = "src/jichi/ui/static/ui/vendor/design-tokens/";
copyFileSync(from + "dist/tokens.css", to + "tokens.css");
copyFileSync(from + "LICENSE", to + "LICENSE");
