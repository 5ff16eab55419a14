// Checks that the token pairs that carry text or meaning are readable (WCAG 2.2 contrast), in both themes.
// Run alone (`node frontend/contrast.mjs`) it prints every ratio; the build calls `contrastFailures()` and stops on one.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const TOKENS = fileURLToPath(new URL('tokens.css', import.meta.url))
const TEXT = 7 // AAA
const SMALL_PRINT = 4.5 // AA, for text that repeats what stands elsewhere
const SHAPE = 3 // marks, borders of fields, focus

const PAIRS = [
  ...['--paper', '--paper-sunken', '--paper-raised'].flatMap((ground) => [
    ['--ink', ground, TEXT],
    ['--ink-soft', ground, TEXT],
    ['--ink-faint', ground, SMALL_PRINT],
    ['--accent', ground, TEXT],
    ['--line-strong', ground, SHAPE],
    ['--focus', ground, SHAPE],
    ...['--hue-encyclopedia', '--hue-political_ads', '--hue-bot_detector', '--hue-collab_chat'].map((hue) => [hue, ground, SHAPE]),
    ...['--ok', '--info', '--warn', '--danger'].map((status) => [status, ground, TEXT]),
    ['--likelihood-5', ground, SHAPE],
    ['--likelihood-7', ground, TEXT],
  ]),
  ['--accent-ink', '--accent', TEXT],
  ['--accent-ink', '--accent-hover', TEXT],
  ['--ink', '--accent-wash', TEXT],
  ['--accent', '--accent-wash', TEXT],
  ['--ink', '--mark', TEXT],
  ...['ok', 'info', 'warn', 'danger'].flatMap((status) => [
    [`--${status}`, `--${status}-wash`, SMALL_PRINT],
    ['--ink', `--${status}-wash`, TEXT],
  ]),
]

function readTokens() {
  const css = readFileSync(TOKENS, 'utf8')
  const found = css.matchAll(/(--[\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g)
  return new Map([...found].map(([, name, light, dark]) => [name, { light, dark }]))
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

export function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

function measure() {
  const tokens = readTokens()
  return PAIRS.flatMap(([front, ground, needed]) =>
    ['light', 'dark'].map((theme) => {
      const ratio = contrast(tokens.get(front)[theme], tokens.get(ground)[theme])
      return { front, ground, theme, ratio: Number(ratio.toFixed(2)), needed }
    }),
  )
}

export function contrastFailures() {
  return measure().filter(({ ratio, needed }) => ratio < needed)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.table(measure())
  process.exitCode = contrastFailures().length ? 1 : 0
}
