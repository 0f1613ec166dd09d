// Builds everything that browsers load into dist/: minified, named by content, compressed ahead of time.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { Resvg } from "@resvg/resvg-js";
import { PurgeCSS } from "purgecss";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const templates = join(here, "..", "crates", "web", "templates");
const manifest = {};

const read = (...path) => readFileSync(join(here, ...path), "utf8");

/** Every template and every Rust file of web: what class names and icons may be used. */
function sources() {
  const files = (folder) => readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [...files(templates), ...files(join(here, "..", "crates", "web", "src")), ...files(join(here, "src", "js"))].sort();
}

/** Writes a file under a name that changes with its content, with compressed neighbours where that is smaller. */
function emit(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const hashed = name.replace(/(\.[a-z0-9]+)$/, `.${hash}$1`);
  writeFileSync(join(dist, hashed), bytes);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(join(dist, `${hashed}.br`), brotli);
  writeFileSync(join(dist, `${hashed}.gz`), gzipSync(bytes, { level: 9 }));
  manifest[name] = hashed;
  return `/assets/${hashed}`;
}

/** Drawings first: style sheets name them. A chat shows no SVG: an activity's drawing is a PNG there. */
function art() {
  for (const file of readdirSync(join(here, "src", "art")).sort()) {
    const svg = read("src", "art", file);
    emit(file, svg);
    if (file.startsWith("act-")) {
      emit(file.replace(/svg$/, "png"), new Resvg(svg, { fitTo: { mode: "width", value: 480 } }).render().asPng());
    }
  }
}

/** What a telephone's home screen shows. The middle four fifths stay in sight however a launcher cuts the corners. */
function homeScreenIcons() {
  const boat = read("src", "art", "mark.svg").replace(/^<svg[^>]*>|<\/svg>\s*$/g, "");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-80 -102 160 160"><path fill="#f6f1e6" d="M-80-102H80V58H-80z"/>${boat}</svg>`;
  for (const width of [180, 192, 512]) {
    emit(`icon-${width}.png`, new Resvg(svg, { fitTo: { mode: "width", value: width } }).render().asPng());
  }
}

/** The largest thing on home comes with the style sheet: a round trip less before it is painted. */
const WITHIN = ["panel.svg"];

function withUrls(css) {
  // Of what an address may not hold, a drawing has these (WHATWG URL, 1.3); a minus parts numbers by itself (SVG 2, 9.3.9).
  const said = (svg) => svg.replace(/\s*\n\s*/g, "").replace(/ (?=-\.?\d)/g, "").replace(/"/g, "'").replace(/[%#<>]/g, encodeURIComponent);
  const within = (file) => `url("data:image/svg+xml,${said(read("src", "art", file))}")`;
  const place = (file) => (WITHIN.includes(file) ? within(file) : `url(/assets/${manifest[file]})`);
  return css.replace(/url\((?:\.\.\/)?art\/([a-z-]+\.svg)\)/g, (_, file) => place(file));
}

async function minified(text, loader) {
  return (await transform(text, { loader, minify: true, legalComments: "none", target: TARGET })).code;
}

/** Tags, attributes and classes of a template; of a script or of Rust the class names that it gives in a string. */
function exactly(text) {
  const tags = [...text.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, tag]) => tag);
  const attributes = [...text.matchAll(/\s(data-[a-z]+|hidden)(?:="([a-z]+)")?/g)].flatMap(([, name, value]) => [name, value ?? name]);
  const classes = [...text.matchAll(/class="((?:\{[{%].*?[}%]\}|[^"])*)"/g), ...text.matchAll(/"((?:pill|weui|toast|pressing)[a-z_ -]*)"/g)];
  return [...tags, ...attributes, ...classes.flatMap(([, words]) => words.split(/[^\w-]+/))];
}

/** What of `css` is used by some files. */
async function purged(css, files, extractor) {
  const [used] = await new PurgeCSS().purge({
    content: files.map((file) => ({ raw: readFileSync(file, "utf8"), extension: "html" })),
    css: [{ raw: css }],
    variables: true,
    keyframes: true,
    fontFace: true,
    safelist: ["html", "body"],
    ...(extractor && { defaultExtractor: extractor }),
  });
  return used.css;
}

/** Home, whose part of the style comes within the page to whoever has not been here. */
const HOME = ["home/show.html", "layouts/reader.html", "layouts/_foot.html", "layouts/_tabs.html", "activities/_row.html", "enrolments/_row.html"];
/** Where its rows get the classes of their states from, and its icons theirs. */
const HOME_RUST = ["activities/mod.rs", "activities/enrolments.rs", "frame/page.rs"];

async function readerCss() {
  const css = await minified(withUrls(read("src", "css", "reader.css")), "css");
  emit("reader.css", css);
  const rust = HOME_RUST.map((name) => join(templates, "..", "src", name));
  const scripts = ["forms.js", "reader.js"].map((name) => join(here, "src", "js", name));
  const home = await purged(css, [...HOME.map((name) => join(templates, name)), ...rust, ...scripts], exactly);
  emit("home.css", await minified(home, "css"));
}

/** Tabler, cut down to what the pages use, then ours. */
async function staffCss() {
  const tabler = read("node_modules", "@tabler", "core", "dist", "css", "tabler.min.css");
  const used = await purged(tabler, sources());
  emit("staff.css", await minified(used + withUrls(read("src", "css", "staff.css")), "css"));
}

/** The oldest browsers that pages work in; the detector's own code is newer, and where it does not run one types. */
const TARGET = ["es2019", "safari13", "chrome80"];
const DETECTOR_TARGET = ["es2021", "safari15", "chrome94"];

async function scripts() {
  // The detector's own: one that lies elsewhere in node_modules may be another version's.
  const wasm = emit("zxing_reader.wasm", readFileSync(join(here, "node_modules", "zxing-wasm", "dist", "reader", "zxing_reader.wasm")));
  for (const name of ["detector", "isbn", "reader", "receive", "scan", "share", "still", "subscribe", "staff", "ticks", "venue", "worker"]) {
    const out = await build({
      entryPoints: [join(here, "src", "js", `${name}.js`)], bundle: true, minify: true, write: false,
      define: { WASM_URL: JSON.stringify(wasm) }, format: "iife", target: name === "detector" ? DETECTOR_TARGET : TARGET, legalComments: "none",
    });
    emit(`${name}.js`, out.outputFiles[0].text);
  }
}

/** The icons that a file names, also as what stands in the menu of the back office. */
function iconsOf(file) {
  const text = readFileSync(file, "utf8");
  // `.in_menu(10, "home-2", …)`, and with an address before the place.
  const named = [/icon\("([a-z0-9-]+)"\)/g, /\.in_menu(?:_at)?\((?:"[^"]*", )?\d+, "([a-z0-9-]+)"/g];
  return named.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name));
}

function sprite(names) {
  const symbols = [...names].sort().map((name) => {
    const svg = read("node_modules", "@tabler", "icons", "icons", "outline", `${name}.svg`);
    const inner = svg.replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "").replace(/<path stroke="none"[^>]*\/>/g, "");
    return `<symbol id="i-${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** Two sprites of the icons that are used: those of home, which everybody loads first, and the others. */
function icons() {
  const home = new Set(HOME.flatMap((name) => iconsOf(join(templates, name))));
  const others = new Set(sources().flatMap(iconsOf).filter((name) => !home.has(name)));
  emit("icons.svg", sprite(home));
  emit("more-icons.svg", sprite(others));
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
art();
homeScreenIcons();
icons();
await readerCss();
await staffCss();
await scripts();
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, Object.keys(manifest).sort(), 1)}\n`);
for (const name of ["reader.css", "home.css", "reader.js", "scan.js", "share.js", "subscribe.js", "staff.css", "staff.js", "icons.svg"]) {
  const size = (suffix) => readFileSync(join(dist, manifest[name] + suffix)).length;
  console.log(`${name}: ${size("")} bytes, ${size(".br")} compressed`);
}
