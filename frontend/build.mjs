// Builds the style sheet, the script, the fonts and the icons into common/static/dist/, under names that carry their content's hash.
// manifest.json says which file stands for which logical name; icons.json holds the drawings that pages inline; licences-….txt
// goes with what others wrote.
import * as esbuild from 'esbuild'
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { contrastFailures } from './contrast.mjs'

const HERE = path.dirname(fileURLToPath(import.meta.url))
const ROOT = path.dirname(HERE)
const OUT = path.join(ROOT, 'common/static/dist')
const TEMPLATE_ROOTS = ['common', 'encyclopedia', 'political_ads', 'bot_detector', 'collab_chat']
const BUDGET = { '.css': 40 * 1024, '.js': 80 * 1024 } // bytes before compression: pages must come quickly on a bad line
// What comes only where somebody writes: bytes, compressed by gzip, with the parts that it shares with others.
const WRITING = { 'frontend/modules/editor/editor.js': 130 * 1024, 'frontend/modules/report/report.js': 160 * 1024 }

const require = createRequire(import.meta.url)

async function bundle() {
  const result = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: ['app.js', 'style.css', 'print.css', 'portal.css', 'styleguide.css', 'tools/*.css', 'favicon.svg'].map((name) => `frontend/${name}`),
    outdir: 'common/static/dist',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: 'fonts/[hash]',
    loader: { '.woff2': 'file', '.svg': 'copy' },
    bundle: true,
    splitting: true, // what a page asks for later comes in a file of its own
    minify: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
    legalComments: 'linked',
    metafile: true,
  })
  return result.metafile.outputs
}

function manifestOf(outputs) {
  const entries = Object.entries(outputs).filter(([, about]) => about.entryPoint)
  return Object.fromEntries(entries.map(([file, about]) => [path.basename(about.entryPoint), path.basename(file)]))
}

// The two faces that every page needs at once; pages ask for them before the style sheet does.
function fontsOf(outputs) {
  const faces = { 'sans.woff2': 'next-latin-wght-normal.woff2', 'serif.woff2': '4-latin-wght-normal.woff2' }
  const files = Object.keys(outputs).filter((file) => file.endsWith('.woff2'))
  const fileOf = (end) => files.find((file) => Object.keys(outputs[file].inputs).some((input) => input.endsWith(end)))
  return Object.fromEntries(Object.entries(faces).map(([name, end]) => [name, `fonts/${path.basename(fileOf(end))}`]))
}

const partsOf = (output) => output.imports.filter(({ kind }) => kind === 'import-statement').map(({ path: file }) => file)
const packed = async (file) => gzipSync(await readFile(path.join(ROOT, file))).length

async function weigh([file, output], _number, outputs) {
  const budget = WRITING[output.entryPoint]
  if (budget) {
    const sizes = await Promise.all([file, ...partsOf(output)].map(packed))
    return { file, bytes: sizes.reduce((sum, size) => sum + size, 0), budget, packed: true }
  }
  const shared = outputs.some(([, other]) => WRITING[other.entryPoint] && partsOf(other).includes(file))
  return { file, bytes: output.bytes, budget: shared ? Infinity : BUDGET[path.extname(file)] ?? Infinity }
}

function overBudget(weights) {
  return weights.filter(({ bytes, budget }) => bytes > budget).map(({ file, bytes }) => `${path.basename(file)} weighs ${bytes} bytes, more than its budget.`)
}

async function drawIcons(names) {
  const folder = path.join(path.dirname(require.resolve('lucide-static/package.json')), 'icons')
  const drawings = await Promise.all(names.map(async (name) => {
    const svg = await readFile(path.join(folder, `${name}.svg`), 'utf8')
    const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
    return [name, inner.replace(/\s+/g, ' ').trim()]
  }))
  return Object.fromEntries(drawings)
}

// All packages of which anything is shipped: what is bundled, and the icons, which are read.
function shippedPackages(outputs) {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs ?? {}))
  const names = inputs.map((input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]).filter(Boolean)
  return [...new Set([...names, 'lucide-static'])].sort()
}

async function writeLicences(outputs) {
  const shipped = shippedPackages(outputs)
  const texts = await Promise.all(shipped.map(async (name) =>
    `${name}\n\n${await readFile(path.join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8')}`))
  const text = texts.join(`\n\n${'-'.repeat(80)}\n\n`)
  const file = `licences-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.txt`
  await writeFile(path.join(OUT, file), text)
  return file
}

async function templates() {
  const found = await Promise.all(TEMPLATE_ROOTS.map(async (root) => {
    const folder = path.join(ROOT, root, 'templates')
    const names = await readdir(folder, { recursive: true }).catch(() => [])
    return names.filter((name) => name.endsWith('.html')).map((name) => path.join(folder, name))
  }))
  return found.flat()
}

async function unlistedIcons(listed) {
  const known = new Set(listed)
  const complaints = []
  for (const file of await templates()) {
    const html = await readFile(file, 'utf8')
    for (const [, name] of html.matchAll(/\bicon\s*[(=]\s*["']([a-z0-9-]+)["']/g)) {
      if (!known.has(name)) complaints.push(`${path.relative(ROOT, file)} uses the icon "${name}": add it to frontend/icons.json.`)
    }
  }
  return complaints
}

function contrastComplaints() {
  return contrastFailures().map(({ front, ground, theme, ratio, needed }) =>
    `${front} on ${ground} (${theme}) has contrast ${ratio}, needs ${needed}.`)
}

const names = JSON.parse(await readFile(path.join(HERE, 'icons.json'), 'utf8'))
await rm(OUT, { recursive: true, force: true })
await mkdir(OUT, { recursive: true })
const outputs = await bundle()
const weights = await Promise.all(Object.entries(outputs).map(weigh))
const complaints = [...contrastComplaints(), ...overBudget(weights), ...(await unlistedIcons(names))]
await writeFile(path.join(OUT, 'icons.json'), JSON.stringify(await drawIcons(names)))
const manifest = { ...manifestOf(outputs), ...fontsOf(outputs), 'licences.txt': await writeLicences(outputs) }
await writeFile(path.join(OUT, 'manifest.json'), JSON.stringify(manifest, null, 2))
for (const { file, bytes, budget, packed } of weights) {
  if (budget < Infinity) console.log(`${path.basename(file)}  ${(bytes / 1024).toFixed(1)} kB${packed ? ' packed' : ''}`)
}
if (complaints.length) {
  console.error(complaints.join('\n'))
  process.exitCode = 1
}
