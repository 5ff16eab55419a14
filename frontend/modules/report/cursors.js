// The other editors' cursors and selections. y-codemirror.next draws its own with inline styles, which our content security policy
// forbids; these are classes, with the name beside each so that colour is never alone.
import { Annotation } from '@codemirror/state'
import { Decoration, EditorView, ViewPlugin, WidgetType } from '@codemirror/view'
import * as Y from 'yjs'

const moved = Annotation.define()

class Caret extends WidgetType {
  constructor(name, colour) {
    super()
    this.name = name
    this.colour = colour
  }

  eq(other) { return other.name === this.name && other.colour === this.colour }

  toDOM() {
    const caret = document.createElement('span')
    caret.className = `peer-caret peer-${this.colour}`
    caret.setAttribute('aria-hidden', 'true')
    const name = caret.appendChild(document.createElement('span'))
    name.className = 'peer-name'
    name.textContent = this.name
    return caret
  }

  ignoreEvent() { return true }
}

export function cursors(text, awareness, shown) {
  const here = (position) => {
    const found = position && Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), text.doc)
    return found?.type === text ? found.index : undefined
  }

  function draw(view) {
    const ranges = []
    const names = []
    for (const [client, { user, cursor } = {}] of awareness.getStates()) {
      if (client === text.doc.clientID || !user) continue
      names.push(user.name)
      const anchor = here(cursor?.anchor)
      const head = here(cursor?.head)
      if (anchor === undefined || head === undefined || Math.max(anchor, head) > view.state.doc.length) continue
      const colour = Number(user.colour) % 8 || 0
      if (anchor !== head) ranges.push(Decoration.mark({ class: `peer-selection peer-${colour}` }).range(Math.min(anchor, head), Math.max(anchor, head)))
      ranges.push(Decoration.widget({ side: head > anchor ? -1 : 1, widget: new Caret(String(user.name), colour) }).range(head))
    }
    shown([...new Set(names)].sort())
    return Decoration.set(ranges, true)
  }

  function say(view) {
    const { anchor, head } = view.state.selection.main
    const place = (index) => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index))
    const cursor = view.hasFocus ? { anchor: place(anchor), head: place(head) } : (awareness.getLocalState()?.cursor ?? null)
    if (JSON.stringify(cursor) !== JSON.stringify(awareness.getLocalState()?.cursor ?? null)) awareness.setLocalStateField('cursor', cursor)
  }

  const plugin = ViewPlugin.define((view) => {
    const heard = (_changes, origin) => { if (origin !== 'local') queueMicrotask(() => view.dispatch({ annotations: moved.of(true) })) }
    awareness.on('change', heard)
    return {
      decorations: draw(view),
      update(update) {
        if (update.docChanged || update.selectionSet || update.focusChanged) queueMicrotask(() => say(view))
        if (update.docChanged || update.transactions.some((one) => one.annotation(moved))) this.decorations = draw(view)
      },
      destroy() { awareness.off('change', heard) },
    }
  }, { decorations: (value) => value.decorations })
  return [plugin, EditorView.contentAttributes.of({ 'data-peers': '' })]
}
