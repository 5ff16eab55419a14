// Where one writes: sends without leaving the page, keeps drafts, edits and quotes, suggests.
import { startCompleting } from './completing.js'
import { pickEmoji } from './emoji.js'
import { startUploading } from './uploading.js'

const DRAFT_AFTER = 250 // milliseconds
const TYPING_EVERY = 2_500
const COMMAND = /^\/\p{L}/u
const touch = matchMedia('(hover: none) and (pointer: coarse)')

export function startComposer(form, room) {
  const { config, words, sending, drafts, people, say, optimistic, connection, editLast } = room
  const place = form.dataset.composer
  const field = form.querySelector('[data-composer-text]')
  const note = form.querySelector('[data-composer-note]')
  const tlp = form.querySelector('[data-composer-tlp]')
  const to = form.querySelector('[data-composer-to]')
  const thread = Number(form.elements.thread?.value) || undefined
  const completing = startCompleting({ field, config, people, words })
  const uploading = startUploading({ form, config, words, say })
  let editing // {seq, before}
  let quote // {room, seq}
  let typedAt = 0
  let draftTimer

  function grow() {
    if (CSS.supports('field-sizing', 'content')) return
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight}px`
  }

  function put(text) {
    field.value = text
    grow()
  }

  const named = () => [...to.querySelectorAll(':checked')].map(({ value }) => value)
  const keep = () => drafts.keep(place, { text: field.value, tlp: tlp.value, to: named() })

  // A draft, or what the server did not take: the words and for whom they are.
  function restore({ text, tlp: code, to: readers = [] }) {
    put([field.value, text].filter(Boolean).join('\n'))
    if ([...tlp.options].some(({ value }) => value === code)) tlp.value = code
    for (const box of to.querySelectorAll('input')) box.checked = readers.includes(box.value)
    if (code) to.open = tlp.value === 'red'
  }

  function showNote(text, leave) {
    note.hidden = !text
    note.replaceChildren()
    if (!text) return
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'link-button'
    button.textContent = words.discard
    button.addEventListener('click', leave)
    note.append(text, button)
  }

  function leaveEditing() {
    if (!editing) return
    put(editing.before)
    editing = undefined
    showNote('')
    field.focus()
  }

  function leaveQuote() {
    quote = undefined
    showNote('')
  }

  // A command is answered by the server at once or later; it is no message, and is not kept while offline.
  async function command(text) {
    const body = new URLSearchParams({ text })
    if (thread) body.set('thread', thread)
    try {
      const answer = await fetch(`${config.base}/messages`, { method: 'POST', body, headers: { 'HX-Request': 'true', Accept: 'application/json' } })
      const told = await answer.json()
      if (!answer.ok) { put(text); return say(told.detail ?? words.failed) }
      room.answered(told)
    } catch {
      put(text)
      say(words.failed)
    }
  }

  function send() {
    const text = field.value.trim()
    const files = uploading.refs()
    if (editing) {
      const { seq, before } = editing
      if (text) sending.act({ t: 'edit', message: seq, text })
      editing = undefined
      showNote('')
      put(before)
      return room.focusMessage(seq)
    }
    const underway = uploading.underway()
    if (underway) return say(words.still_uploading.replace('{name}', underway))
    if (!text && !files.length && !quote) return
    put('')
    drafts.forget(place)
    if (COMMAND.test(text)) return command(text)
    const chosen = tlp.value
    const readers = chosen === 'red' ? named() : []
    const frame = sending.act({
      t: 'send', text: text.startsWith('//') ? text.slice(1) : text,
      tlp: chosen, // as it is read here, whatever became of the room meanwhile
      ...(thread && { thread }), ...(readers.length && { to: readers }), ...(files.length && { files }), ...(quote && { quote }),
    })
    uploading.clear()
    leaveQuote()
    tlp.selectedIndex = 0
    for (const box of to.querySelectorAll('input')) box.checked = false
    to.open = false
    optimistic(frame)
  }

  form.addEventListener('submit', (event) => { event.preventDefault(); event.stopPropagation(); send(); field.focus() })
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return
    if (completing.key(event)) { event.preventDefault(); event.stopPropagation(); return }
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey && (!touch.matches || event.ctrlKey || event.metaKey)) { event.preventDefault(); send() }
    else if (event.key === 'ArrowUp' && !field.value && !editing) { event.preventDefault(); editLast(thread) }
    else if (event.key === 'Escape' && (editing || quote)) { event.preventDefault(); event.stopPropagation(); if (editing) leaveEditing(); else leaveQuote() }
  })
  field.addEventListener('input', () => {
    grow()
    if (editing) return
    clearTimeout(draftTimer)
    draftTimer = setTimeout(keep, DRAFT_AFTER)
    if (field.value && Date.now() - typedAt > TYPING_EVERY) { typedAt = Date.now(); connection().send({ t: 'typing', room: config.room }) }
  })
  field.addEventListener('paste', (event) => {
    const fits = field.maxLength - field.value.length + field.selectionEnd - field.selectionStart
    if ((event.clipboardData?.getData('text/plain').length ?? 0) <= fits) return
    event.preventDefault() // the browser would cut it without a word
    say(words.too_long)
  })
  tlp.addEventListener('change', () => { to.open = tlp.value === 'red' })
  form.addEventListener('change', () => { if (!editing) keep() })
  form.querySelector('[data-composer-emoji]')?.addEventListener('click', ({ currentTarget }) => {
    pickEmoji(currentTarget, words, (sign) => { field.setRangeText(sign, field.selectionStart, field.selectionEnd, 'end'); field.focus(); field.dispatchEvent(new Event('input', { bubbles: true })) })
  })
  window.addEventListener('pagehide', () => { if (!editing) keep() })
  if (!field.value) restore(drafts.read(place))
  form.dataset.started = ''

  return {
    form, thread,
    get empty() { return !field.value && !editing },
    focus: () => field.focus(),
    edit(seq, text) {
      editing = { seq, before: editing?.before ?? field.value }
      put(text)
      showNote(words.editing, leaveEditing)
      field.focus()
      field.setSelectionRange(text.length, text.length)
    },
    again(frame) {
      leaveEditing()
      restore(frame)
      keep()
      field.focus()
    },
    quote(ref) {
      quote = ref
      showNote(words.quoting, leaveQuote)
      field.focus()
    },
    insert(text) { field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end'); field.focus() },
  }
}
