// The situation report, written by several at once. Without this, the panel's form takes the whole text.
import { defaultKeymap } from '@codemirror/commands'
import { EditorState } from '@codemirror/state'
import { EditorView, drawSelection, highlightSpecialChars, keymap } from '@codemirror/view'
import { ySync, ySyncFacet, YSyncConfig } from 'y-codemirror.next'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { continueList } from '../editor/commands.js'
import { markdownSupport } from '../editor/markdown.js'
import { cursors } from './cursors.js'
import { openKept } from './kept.js'
import { connectReport } from './provider.js'

let current // one report a page

export function startReport() {
  if (current && !current.box.isConnected) current.stop()
  const box = document.querySelector('[data-report]:not([data-started])')
  if (!box) return
  box.dataset.started = ''
  current = start(box)
}

function start(box) {
  const config = JSON.parse(box.dataset.report)
  const doc = new Y.Doc()
  const text = doc.getText(config.name)
  const awareness = new Awareness(doc)
  const place = box.querySelector('[data-report-text]')
  const state = box.querySelector('[data-report-state]')
  const others = box.querySelector('[data-report-others]')
  const undo = new Y.UndoManager(text)
  const address = new URL(config.socket, location.href)
  address.protocol = address.protocol.replace('http', 'ws')

  const view = new EditorView({ parent: place, state: EditorState.create({ doc: text.toString(), extensions: extensions() }) })
  const connection = connectReport({ address, doc, awareness, kept: openKept(config.me, config.room), changed: tell })
  box.classList.add('report-live')

  function extensions() {
    const nonce = document.querySelector('meta[name=csp-nonce]')?.content
    const config_ = new YSyncConfig(text, awareness)
    undo.addTrackedOrigin(config_)
    const act = (what) => () => { what.call(undo); return true }
    return [
      nonce ? EditorView.cspNonce.of(nonce) : [],
      keymap.of([
        { key: 'Mod-z', run: act(undo.undo), preventDefault: true },
        { key: 'Mod-y', mac: 'Mod-Shift-z', run: act(undo.redo), preventDefault: true },
        { key: 'Mod-Shift-z', run: act(undo.redo), preventDefault: true },
        { key: 'Mod-s', run: () => { save(); return true }, preventDefault: true },
        { key: 'Enter', run: continueList },
        ...defaultKeymap,
      ]),
      EditorView.theme({ '&': { maxHeight: '55vh' } }), // what comes first wins over the common editor's
      highlightSpecialChars(),
      drawSelection(),
      markdownSupport(),
      ySyncFacet.of(config_),
      ySync,
      cursors(text, awareness, (names) => { others.textContent = names.length ? config.words.with.replace('{names}', names.join(', ')) : '' }),
      EditorView.lineWrapping,
      EditorView.editable.of(config.write),
      EditorView.contentAttributes.of({ 'aria-label': config.words.label, 'aria-multiline': 'true', tabindex: '0', spellcheck: 'true' }),
      // The panel is shown anew only where nobody types; what this editor holds is never in danger.
      EditorView.domEventHandlers({ input: (event) => event.stopPropagation() }),
    ]
  }

  function tell({ state: how, waiting, why }) {
    state.dataset.is = how
    state.textContent = (why && how === 'refused' ? why : '') || (waiting ? config.words[how === 'live' ? 'saving' : 'kept'] : config.words[how])
  }

  async function save() {
    if (!box.querySelector('[data-report-keep]') || !await connection.settled()) return
    document.querySelector('[data-report-keep]')?.requestSubmit() // the panel may have been shown anew meanwhile
  }

  box.querySelector('[data-report-keep]')?.addEventListener('submit', (event) => {
    if (event.submitter) { // by the button: first let the server have all of it
      event.preventDefault()
      event.stopPropagation()
      setTimeout(save) // a form ignores what is submitted while it submits (HTML, "firing submission events")
    }
  })

  function versions({ detail }) {
    if (detail.kind !== 'report.saved') return
    fetch(config.panel, { headers: { 'HX-Request': 'true' } }).then((answer) => answer.text()).then((html) => {
      const fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-versions]')
      const old = box.parentElement?.querySelector('[data-versions]')
      if (fresh && old) old.replaceWith(document.adoptNode(fresh))
    }).catch(() => {}) // the list is shown anew with the panel
  }

  function gone() { if (!box.isConnected) stop() }

  function stop() {
    document.removeEventListener('room:event', versions)
    document.removeEventListener('room:panel', gone)
    connection.stop()
    awareness.destroy()
    view.destroy()
    if (current?.box === box) current = undefined
  }
  document.addEventListener('room:event', versions)
  document.addEventListener('room:panel', gone)
  return { box, stop }
}
