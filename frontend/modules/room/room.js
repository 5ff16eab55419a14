// A room, live. The page works without it; here it is kept up to date, sends without leaving, and goes on where the network does not.
import { restoreDrafts } from '../guard.js'
import { toast } from '../toasts.js'
import { startAnnouncing } from './announcing.js'
import { startApplying } from './applying.js'
import { startComposer } from './composer.js'
import { startConnection } from './connection.js'
import { startKeyboard } from './keyboard.js'
import { startMessages } from './messages.js'
import { openDrafts, openOutbox } from './outbox.js'
import { startPanel } from './panel.js'
import { startPeople } from './people.js'
import { startRail } from './rail.js'
import { startScrolling } from './scrolling.js'
import { startSending } from './sending.js'
import { startTools } from './tools.js'

function startState(root, words, waiting) {
  const place = root.querySelector('[data-net]')
  let shown
  return function show(state) {
    const count = waiting()
    const text = [words[state], count ? (count === 1 ? words.waiting_one : words.waiting_many).replace('{count}', count) : ''].filter(Boolean).join(' ')
    if (text === shown) return
    shown = text
    place.hidden = false
    place.dataset.is = state
    place.textContent = text
    if (state !== 'signed_out') return
    const back = document.createElement('a')
    back.href = location.href
    back.textContent = words.sign_in
    back.addEventListener('click', (event) => { event.preventDefault(); location.reload() })
    place.append(back)
  }
}

export function startRoom() {
  const root = document.querySelector('[data-room-page]:not([data-started])')
  if (!root) return
  root.dataset.started = ''
  const config = JSON.parse(root.dataset.config)
  const words = JSON.parse(root.dataset.words)
  const outbox = openOutbox(config.me, config.room)
  const drafts = openDrafts(config.me, config.room)
  const announcing = startAnnouncing(root, words)
  const say = (text) => toast(text)
  let line
  const connection = () => line
  const people = startPeople({ root, config, words })
  const messages = startMessages({ root, config, words, people, locale: config.locale })
  const scroll = startScrolling({ root, config, words, messages, tellRead: (seq) => line?.send({ t: 'read', room: config.room, seq }) || (line?.state === 'slow' && sending.tell({ t: 'read', room: config.room, seq })) })
  const followed = new Set() // other rooms: only that they have grown is told
  function follow() {
    for (const room of rail.others()) if (!followed.has(room) && line?.send({ t: 'sub', room, follow: 'head' })) followed.add(room)
  }
  const rail = startRail({ root, config, words, shown: follow })
  const sending = startSending({ config, words, outbox, connection, refused, counted: () => showState(line?.state ?? 'connecting') })
  const showState = startState(root, words, sending.waiting)
  const started = new Map() // place → composer

  const composers = {
    main: () => started.get('main'),
    thread: () => [...started.values()].find(({ form, thread }) => thread && form.isConnected),
  }

  function startComposers(where) {
    for (const form of where.querySelectorAll('[data-composer]:not([data-started])')) {
      started.set(form.dataset.composer, startComposer(form, { config, words, sending, drafts, people, say, optimistic, connection, editLast, focusMessage, answered }))
    }
  }

  // A command's answer: somewhere to go, or words that only who typed sees.
  function answered({ goto, html, attachments, response_type: type, told }) {
    if (goto) {
      const path = goto.startsWith(`${config.base}/`) ? goto : ''
      if (path) panel.go(path)
      else location.assign(goto)
    }
    if (type === 'in_channel') return told && say(told) // the answer itself comes into the room
    if (!html && !attachments?.length) return
    const note = document.createElement('li')
    note.className = 'whisper'
    note.tabIndex = -1
    const label = document.createElement('p')
    label.className = 'whisper-label'
    label.textContent = words.only_you
    const body = document.createElement('div')
    body.className = 'msg-body'
    body.innerHTML = html // sanitised by core/markdown.py
    const close = document.createElement('button')
    close.type = 'button'
    close.className = 'link-button'
    close.textContent = words.discard
    close.addEventListener('click', () => { note.remove(); composers.main()?.focus() })
    label.append(' ', close)
    note.append(label, body)
    note.dataset.after = applying.last()
    scroll.growing(note, () => messages.list.append(note), { mine: true })
    announcing.now(body.textContent)
  }

  function focusMessage(seq) { messages.inList(seq)?.focus({ preventScroll: true }) }

  function editLast(thread) {
    const where = thread ? [...document.querySelectorAll('#panel .msg[data-mine][data-text]')].at(-1) : messages.ownLast()
    if (!where || !tools.own(where)) return say(words.nothing_own)
    tools.acts.edit(where)
  }

  // What one says stands there at once, paler until the server has stored it.
  function optimistic(frame) {
    const item = messages.fill(messages.fresh(), { author: config.me, at: new Date().toISOString(), html: messages.pendingHtml(frame.text), tlp: frame.tlp, thread: frame.thread })
    item.dataset.cid = frame.cid
    item.removeAttribute('id')
    item.dataset.seq = ''
    item.classList.add('msg-waiting')
    const state = document.createElement('p')
    state.className = 'msg-send-state'
    item.querySelector('.msg-main').append(state)
    if (line?.state !== 'live') state.textContent = words.sending
    else setTimeout(() => { state.textContent = words.sending }, 1200)
    if (frame.thread) document.querySelector(`[data-thread-panel="${frame.thread}"] [data-thread-messages]`)?.append(item)
    else scroll.growing(item, () => messages.place(item), { mine: true })
  }

  function refused(frame, why) {
    announcing.now(words.refused.replace('{why}', why))
    const item = document.querySelector(`.msg[data-cid="${frame.cid}"]`)
    if (!item && frame.t === 'edit' && frame.room === config.room) composers.main()?.edit(frame.message, frame.text)
    if (!item) return say(words.refused.replace('{why}', why))
    item.classList.replace('msg-waiting', 'msg-refused')
    const state = item.querySelector('.msg-send-state')
    state.textContent = words.refused.replace('{why}', why)
    const button = (label, act) => {
      const one = document.createElement('button')
      one.type = 'button'
      one.className = 'button button-small'
      one.textContent = label
      one.addEventListener('click', () => { item.remove(); act() })
      state.append(one)
    }
    button(words.again, () => { const { cid, room, ...rest } = frame; optimistic(sending.act(rest)) })
    button(words.edit, () => { item.remove(); (frame.thread ? composers.thread() : composers.main())?.again(frame) })
    button(words.discard, () => composers.main()?.focus())
  }

  const panel = startPanel({ root, config, words, opened: (where) => { startComposers(where); messages.localTimes(where); restoreDrafts(where) } })
  const tools = startTools({ root, config, words, sending, panel, composers, say })
  const applying = startApplying({ root, config, messages, people, announcing, scroll, outbox, connection, panel, rail, words })

  const frames = {
    hello({ room, epoch }) { if (room === config.room && epoch !== config.epoch) location.reload() },
    'snapshot-needed': ({ room }) => { if (room === config.room) location.reload() },
    events({ room, events }) { if (room === config.room) { applying.events(events); sending.flush() } },
    ack({ cid }) { sending.acknowledged(cid); document.querySelector(`.msg[data-cid="${cid}"]`)?.classList.remove('msg-waiting') },
    nack: (told) => sending.refused(told),
    eph(told) {
      if (told.room !== config.room) return
      if (told.what === 'read' && told.person === config.me) scroll.readElsewhere(told.seq)
      else people.ephemeral(told)
    },
    head({ room }) { if (room !== config.room) rail.refresh() },
    gone({ room, message, signedOut }) {
      if (room !== config.room) { followed.delete(room); return rail.refresh() }
      line.stop(signedOut ? 'signed_out' : 'gone')
      if (signedOut) return // what was written stays, and goes once one is back
      say(message ?? words.gone)
      for (const field of root.querySelectorAll('.composer :is(textarea, button, select, input)')) field.disabled = true
    },
  }

  line = startConnection({
    config,
    last: applying.last,
    changed: (state) => showState(state),
    frame: (told) => frames[told.t]?.(told),
    opened: () => {
      sending.flush({ fresh: true })
      scroll.read(applying.last())
      followed.clear()
      follow()
      rail.refresh(0)
    },
  })

  document.addEventListener('room:placed', ({ detail }) => { if (detail.grew) scroll.grew(detail.item) })
  document.addEventListener('room:reply', ({ detail }) => panel.reply(detail))
  document.addEventListener('room:event', ({ detail }) => {
    const { kind, content, author } = detail
    if (author !== config.me || !content?.text) return
    const seq = kind === 'message.posted' ? detail.seq : kind === 'message.edited' ? content.message : 0
    for (const item of messages.ofSeq(seq)) item.dataset.text = content.text
  })
  // Buttons of integrations
  root.addEventListener('submit', async (event) => {
    const form = event.target
    if (!form.matches('.attachment-buttons')) return
    event.preventDefault()
    event.stopPropagation()
    try {
      const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form, event.submitter)), headers: { Accept: 'application/json' } })
      const told = await answer.json()
      const text = told.ephemeral_text ?? told.detail
      if (text) say(text)
    } catch { say(words.failed) }
  }, true)
  startKeyboard({ root, panel, rail, tools, scroll, composers })
  startComposers(root)
  for (const frame of outbox.here()) if (frame.t === 'send') optimistic(frame)
  scroll.begin()
  if (panel.open) panel.told()
}
