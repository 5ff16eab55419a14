// What the toolbar's buttons and their keys do to the text. Each command takes the view and leaves the cursor where typing goes on.
import { startCompletion } from '@codemirror/autocomplete'
import { EditorSelection } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

const LIST = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))(\s+)(\[[ xX]\]\s)?/

function around(mark) {
  return (view) => {
    const { state } = view
    view.dispatch(state.changeByRange((range) => {
      const { from, to } = range
      const doc = state.doc
      const bare = doc.sliceString(from - mark.length, from) === mark && doc.sliceString(to, to + mark.length) === mark
      if (bare) {
        return {
          changes: [{ from: from - mark.length, to: from }, { from: to, to: to + mark.length }],
          range: EditorSelection.range(from - mark.length, to - mark.length),
        }
      }
      return {
        changes: [{ from, insert: mark }, { from: to, insert: mark }],
        range: EditorSelection.range(from + mark.length, to + mark.length),
      }
    }), { userEvent: 'input' })
  }
}

function selectedLines(state) {
  const { from, to } = state.selection.main
  const lines = []
  for (let at = from; at <= to;) {
    const line = state.doc.lineAt(at)
    lines.push(line)
    at = line.to + 1
  }
  return lines
}

function heading(view) {
  const changes = selectedLines(view.state).map((line) => {
    const marks = /^#{1,6}\s*/.exec(line.text)?.[0] ?? ''
    const level = marks.trim().length
    const next = level === 0 ? '## ' : level === 2 ? '### ' : ''
    return { from: line.from, to: line.from + marks.length, insert: next }
  })
  view.dispatch({ changes, userEvent: 'input' })
}

function list(view) {
  const lines = selectedLines(view.state)
  const listed = lines.every((line) => /^\s*[-*+]\s/.test(line.text))
  const changes = lines.map((line) => listed
    ? { from: line.from, to: line.from + /^\s*[-*+]\s+/.exec(line.text)[0].length }
    : { from: line.from, insert: '- ' })
  view.dispatch({ changes, userEvent: 'input' })
}

// Replace the selection by a text; `at` and `to`: what is selected afterwards, from its beginning.
function put(view, text, at = text.length, to = at) {
  const { from, to: end } = view.state.selection.main
  view.dispatch({ changes: { from, to: end, insert: text }, selection: { anchor: from + at, head: from + to }, userEvent: 'input', scrollIntoView: true })
}

function selected(view) {
  const { from, to } = view.state.selection.main
  return view.state.sliceDoc(from, to)
}

function link(view) {
  const words = selected(view)
  if (/^https?:\/\/\S+$/.test(words)) return put(view, `[](${words})`, 1)
  const text = `[${words}](https://)`
  put(view, text, words ? words.length + 3 : 1, words ? text.length - 1 : 1)
}

function beginning(open, close) {
  return (view) => {
    const words = selected(view)
    put(view, open + words + close, open.length + words.length)
    if (!words) startCompletion(view)
  }
}

// A block of its own, with an empty line before and after.
function block(view, lines, at, to) {
  const { state } = view
  const line = state.doc.lineAt(state.selection.main.from)
  const before = line.text.trim() ? '\n\n' : line.number > 1 && state.doc.line(line.number - 1).text.trim() ? '\n' : ''
  const from = line.text.trim() ? line.to : line.from
  const insert = `${before}${lines}\n`
  view.dispatch({ changes: { from, to: line.to, insert }, selection: { anchor: from + before.length + at, head: from + before.length + to }, userEvent: 'input', scrollIntoView: true })
}

function table(view, words) {
  const head = words.column
  block(view, `| ${head} 1 | ${head} 2 |\n|---|---|\n|  |  |\n|  |  |`, 2, 2 + head.length + 2)
}

function note(view, words) {
  const opening = '!!! note\n    '
  block(view, opening + words.note, opening.length, opening.length + words.note.length)
}

export const COMMANDS = {
  bold: around('**'),
  italic: around('*'),
  heading,
  link,
  entry: beginning('[[', ']]'),
  citation: beginning('[@', ']'),
  list,
  table,
  note,
}

export function run(name, view, box, image) {
  if (name === 'image') image()
  else COMMANDS[name]?.(view, box.dataset)
  if (name !== 'image') view.focus()
}

// Keys as the toolbar's buttons name them (data-key="b" with Ctrl, data-key="alt+h" with Ctrl and Alt). By the letter that the key bears,
// since Alt changes what it writes; never with AltGr, with which many people type letters.
export function formattingKeys(box) {
  const names = new Map([...box.querySelectorAll('[data-key]')].map((button) => [button.dataset.key, button]))
  return EditorView.domEventHandlers({
    keydown(event) {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.getModifierState('AltGraph')) return false
      const letter = String.fromCharCode(event.keyCode).toLowerCase()
      const button = names.get(event.altKey ? `alt+${letter}` : letter)
      if (!button) return false
      event.preventDefault()
      button.click()
      return true
    },
  })
}

// Enter in a list begins its next line; in an empty line of a list it ends the list.
export function continueList(view) {
  const { state } = view
  const { main } = state.selection
  if (!main.empty || state.selection.ranges.length > 1) return false
  const line = state.doc.lineAt(main.from)
  const found = LIST.exec(line.text)
  if (!found || main.from - line.from < found[0].length) return false
  if (line.text.trim() === found[0].trim()) {
    view.dispatch({ changes: { from: line.from, to: line.to }, userEvent: 'delete' })
    return true
  }
  const [, indent, bullet, number, dot, space, task] = found
  const marker = `${indent}${bullet ?? `${Number(number) + 1}${dot}`}${space}${task ? '[ ] ' : ''}`
  view.dispatch(state.replaceSelection(`\n${marker}`), { userEvent: 'input', scrollIntoView: true })
  return true
}
