// The editor of texts: a textarea made better. The textarea stays the form's field and always holds what is typed; where anything
// here fails, it is shown again and works as before. Words come from the page (`[data-editor-tools]`), in the reader's language.
import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete'
import { search, searchKeymap } from '@codemirror/search'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { minimalSetup } from 'codemirror'
import { continueList, formattingKeys } from './commands.js'
import { completions } from './completion.js'
import { startDraft } from './draft.js'
import { inserting } from './inserting.js'
import { markdownSupport } from './markdown.js'
import { startPreview } from './preview.js'
import { startToolbar } from './toolbar.js'

export function startEditors(root = document) {
  for (const area of root.querySelectorAll('textarea[data-editor]:not([data-started])')) {
    area.dataset.started = ''
    try {
      start(area)
    } catch (error) {
      console.error('The editor could not start; the plain field is used.', error)
      area.parentElement.querySelector('.md-editor')?.remove()
      area.hidden = false
    }
  }
}

function start(area) {
  const template = area.form.querySelector('template[data-editor-tools]')
  const box = template.content.firstElementChild.cloneNode(true)
  const place = box.querySelector('[data-text]')
  const insert = inserting(area, box)
  const view = new EditorView({ state: stateFor(area, box, insert), parent: place })
  insert.attach(view)
  area.after(box)
  replaceField(area, view)
  startToolbar(box, view, insert)
  startDraft(area, box, view)
  startPreview(area, box, view)
  saveByKeys(area.form)
}

function stateFor(area, box, insert) {
  const nonce = document.querySelector('meta[name=csp-nonce]')?.content
  const phrases = JSON.parse(box.dataset.phrases ?? '{}')
  return EditorState.create({
    doc: area.value,
    extensions: [
      nonce ? EditorView.cspNonce.of(nonce) : [],
      EditorState.phrases.of(phrases),
      keymap.of([{ key: 'Enter', run: continueList }, ...completionKeymap, ...searchKeymap]),
      minimalSetup,
      markdownSupport(),
      search({ top: true }),
      closeBrackets(),
      autocompletion({ override: completions(area.dataset.complete), icons: false }),
      formattingKeys(box),
      insert.extension,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of(attributesOf(area)),
      EditorView.updateListener.of((update) => update.docChanged && pass(area, update.state)),
    ],
  })
}

function attributesOf(area) {
  const label = document.querySelector(`label[for="${CSS.escape(area.id)}"]`)
  const given = { 'aria-label': label?.firstChild?.textContent.trim() ?? '', 'aria-multiline': 'true', tabindex: '0', spellcheck: 'true', lang: area.lang, autocorrect: 'on', autocapitalize: 'sentences' }
  for (const name of ['aria-describedby', 'aria-invalid']) if (area.hasAttribute(name)) given[name] = area.getAttribute(name)
  return given
}

// The field holds what is typed at every moment; guards and drafts hear of it as of any typing.
function pass(area, state) {
  area.value = state.doc.toString()
  area.dispatchEvent(new Event('input', { bubbles: true }))
}

// What led to the field (its label, the summary of errors) leads to the editor.
function replaceField(area, view) {
  const label = document.querySelector(`label[for="${CSS.escape(area.id)}"]`)
  label?.addEventListener('click', () => view.focus())
  view.contentDOM.id = area.id
  area.removeAttribute('id')
  area.hidden = true
}

function saveByKeys(form) {
  form.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !['s', 'Enter'].includes(event.key)) return
    event.preventDefault()
    form.requestSubmit(form.querySelector('[data-save]'))
  })
}
