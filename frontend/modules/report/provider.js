// The co-written report's way to the server: y-protocols over a socket that comes back by itself. What the server has not acknowledged
// as stored is kept in the browser, and goes with the first sync after a reconnect, once: merging twice changes nothing.
// collab_chat/core/y_protocol.py has the other end.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as awarenessProtocol from 'y-protocols/awareness'
import * as syncProtocol from 'y-protocols/sync'
import * as Y from 'yjs'

const SYNC = 0
const AWARENESS = 1
const STORED = 100
const SEND_EVERY = 100 // milliseconds in which typing goes out together
const CURSOR_EVERY = 150
const SLOWEST = 30_000
const FINAL = new Set([4401, 4403, 4400, 1009]) // closed for good: coming back would be answered the same
const jitter = (attempt) => Math.random() * Math.min(SLOWEST, 500 * 2 ** attempt)

export function connectReport({ address, doc, awareness, kept, changed }) {
  let socket
  let attempt = 0
  let timer
  let stopped = false
  let synced = false
  let sent = 0
  let stored = 0
  let waiting = []
  let sending
  let cursorTimer
  let loose = kept.read() // typed and never acknowledged, before this page

  function tell(why) {
    const state = stopped ? 'refused' : socket?.readyState === WebSocket.OPEN && synced ? 'live' : navigator.onLine === false ? 'offline' : 'reconnecting'
    changed({ state, waiting: pending(), why })
  }

  const pending = () => Boolean(loose) || waiting.length > 0 || stored < sent

  // The whole document is kept, not only what waits: deletions have no clock, and a merge takes what it misses.
  function keep() {
    if (pending()) kept.write(() => Y.encodeStateAsUpdate(doc))
    else kept.clear()
  }

  function give(type, write) {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, type)
    write(encoder)
    socket.send(encoding.toUint8Array(encoder))
  }

  function sendWaiting() {
    sending = undefined
    if (socket?.readyState !== WebSocket.OPEN || !synced || !waiting.length) return
    const update = Y.mergeUpdates(waiting)
    waiting = []
    sent += 1
    give(SYNC, (encoder) => syncProtocol.writeUpdate(encoder, update))
    tell()
  }

  doc.on('update', (update, origin) => {
    if (origin === connection) return
    waiting.push(update)
    keep()
    sending ??= setTimeout(sendWaiting, SEND_EVERY)
    tell()
  })

  function sendCursor() {
    cursorTimer = undefined
    if (socket?.readyState !== WebSocket.OPEN || !synced) return
    const update = awarenessProtocol.encodeAwarenessUpdate(awareness, [doc.clientID])
    give(AWARENESS, (encoder) => encoding.writeVarUint8Array(encoder, update))
  }

  awareness.on('update', ({ added, updated, removed }, origin) => {
    if (origin === connection) return
    if ([...added, ...updated, ...removed].includes(doc.clientID)) cursorTimer ??= setTimeout(sendCursor, CURSOR_EVERY)
  })

  function heard(data) {
    const decoder = decoding.createDecoder(new Uint8Array(data))
    const type = decoding.readVarUint(decoder)
    if (type === AWARENESS) return awarenessProtocol.applyAwarenessUpdate(awareness, decoding.readVarUint8Array(decoder), connection)
    if (type === STORED) {
      stored = decoding.readVarUint(decoder)
      if (stored >= sent) loose = undefined
      keep()
      return tell()
    }
    if (type !== SYNC) return undefined
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, SYNC)
    const kind = syncProtocol.readSyncMessage(decoder, encoder, doc, connection)
    if (kind === syncProtocol.messageYjsSyncStep1) { // our answer holds all that the server misses
      waiting = []
      sent += 1
      socket.send(encoding.toUint8Array(encoder))
    }
    if (kind === syncProtocol.messageYjsSyncStep2) {
      synced = true
      attempt = 0
      sendCursor()
      sendWaiting()
    }
    return tell()
  }

  function open() {
    clearTimeout(timer)
    if (stopped || (socket && socket.readyState <= WebSocket.OPEN)) return
    const mine = new WebSocket(address)
    socket = mine
    mine.binaryType = 'arraybuffer'
    mine.addEventListener('open', () => {
      synced = false
      sent = stored = 0
      give(SYNC, (encoder) => syncProtocol.writeSyncStep1(encoder, doc))
    })
    mine.addEventListener('message', ({ data }) => { if (socket === mine) heard(data) })
    mine.addEventListener('close', ({ code, reason }) => {
      if (socket !== mine) return
      socket = undefined
      loose = pending() ? true : undefined
      waiting = []
      synced = false
      sent = stored = 0
      awarenessProtocol.removeAwarenessStates(awareness, [...awareness.getStates().keys()].filter((id) => id !== doc.clientID), connection)
      if (FINAL.has(code)) stopped = true
      if (code === 4403) kept.clear() // it is not ours any more
      tell(reason)
      if (!stopped) timer = setTimeout(open, jitter(attempt++))
    })
  }

  const online = () => { attempt = 0; open() }
  const offline = () => { socket?.close(); tell() }
  window.addEventListener('online', online)
  window.addEventListener('offline', offline)

  const connection = {
    settled: () => new Promise((done) => {
      sendWaiting()
      const look = () => (!pending() || stopped ? done(!stopped) : setTimeout(look, 50))
      look()
    }),
    stop() {
      sendWaiting()
      stopped = true
      clearTimeout(timer)
      window.removeEventListener('online', online)
      window.removeEventListener('offline', offline)
      socket?.close()
    },
  }
  if (loose) {
    Y.applyUpdate(doc, loose, connection)
    loose = true
  }
  open()
  return connection
}
