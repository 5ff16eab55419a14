// The way to the server: a socket that comes back by itself, and slower ways where none is let through. Always says how it is.
// States: connecting, live, slow (long polling), reconnecting, offline; gone and signed_out are ends.
const HEARTBEAT = 25_000 // milliseconds, as the server's
const SLOWEST = 30_000
const GIVE_UP_SOCKET = 3 // failed openings in a row, before the slower way is tried

const jitter = (attempt) => Math.random() * Math.min(SLOWEST, 500 * 2 ** attempt) // full jitter

export function startConnection({ config, last, changed, frame, opened }) {
  let state = 'connecting'
  let socket
  let attempt = 0
  let everOpen = false
  let timer
  let heard = 0
  let polling // AbortController

  const ended = () => state === 'gone' || state === 'signed_out'

  function become(next) {
    if (ended()) return
    state = next
    changed(state)
  }

  function send(message) {
    if (socket?.readyState !== WebSocket.OPEN) return false
    socket.send(JSON.stringify(message))
    return true
  }

  function schedule(after) {
    clearTimeout(timer)
    if (ended()) return
    if (!polling) become(navigator.onLine === false ? 'offline' : 'reconnecting')
    timer = setTimeout(open, after ?? jitter(attempt))
    attempt += 1
  }

  function open() {
    clearTimeout(timer)
    if (ended()) return
    if (socket && socket.readyState <= WebSocket.OPEN) return
    const address = new URL(`${config.api}/socket`, location.href)
    address.protocol = address.protocol.replace('http', 'ws')
    try { socket = new WebSocket(address) } catch { return failed() }
    const mine = socket
    let accepted = false
    mine.addEventListener('message', ({ data }) => {
      heard = Date.now()
      const told = JSON.parse(data)
      if (told.t === 'welcome') {
        accepted = everOpen = true
        attempt = 0
        stopPolling()
        send({ t: 'sub', room: config.room, epoch: config.epoch, after: last() })
        return
      }
      if (told.t === 'hello' && told.room === config.room) { become('live'); opened() }
      if (told.t === 'reconnect') { become('reconnecting'); clearTimeout(timer); timer = setTimeout(() => { mine.close(); open() }, told.after_ms) }
      frame(told)
    })
    mine.addEventListener('close', () => {
      if (socket !== mine) return
      socket = undefined
      if (accepted) schedule()
      else failed()
    })
  }

  function failed() {
    if (!everOpen && attempt >= GIVE_UP_SOCKET && navigator.onLine !== false && !polling) poll()
    if (everOpen && navigator.onLine !== false) stillHere()
    schedule()
  }

  const eventsAfter = (wait, signal) => fetch(`${config.api}/${config.room}/events?after=${last()}&wait=${wait}`, { signal, headers: { Accept: 'application/json' } })

  // A socket that is refused does not say why: whoever is signed out, or out of the room, waits in vain.
  function shownOut({ status }) {
    if (![401, 403, 404].includes(status)) return false
    frame({ t: 'gone', room: config.room, signedOut: status === 401 })
    return true
  }
  const stillHere = () => eventsAfter(0).then(shownOut).catch(() => {})

  // Events asked for again and again, each time waiting for the next; what is said goes by plain requests.
  async function poll() {
    polling = new AbortController()
    const mine = polling
    let wrong = 0
    let wait = 0 // the first question only asks whether this way is open
    while (polling === mine && !ended()) {
      try {
        const answer = await eventsAfter(wait, mine.signal)
        if (shownOut(answer)) return
        if (!answer.ok) throw new Error(String(answer.status))
        wrong = 0
        wait = 25
        if (state !== 'slow') { become('slow'); opened() }
        const told = await answer.json()
        if (told.snapshot_needed) return frame({ t: 'snapshot-needed', room: config.room })
        if (told.events?.length) frame({ t: 'events', room: config.room, events: told.events })
      } catch (problem) {
        if (problem.name === 'AbortError') return
        wrong += 1
        wait = 0
        become(navigator.onLine === false ? 'offline' : 'reconnecting')
        await new Promise((done) => setTimeout(done, jitter(wrong)))
      }
    }
  }

  function stopPolling() {
    polling?.abort()
    polling = undefined
  }

  setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return
    if (Date.now() - heard > 2.5 * HEARTBEAT) return socket.close()
    send({ t: 'ping', n: Date.now() % 2 ** 31 })
  }, HEARTBEAT)
  window.addEventListener('offline', () => { become('offline'); socket?.close() })
  window.addEventListener('online', () => { attempt = 0; open() })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && !socket && !ended()) { attempt = 0; open() }
  })
  open()

  return {
    get state() { return state },
    get usable() { return state === 'live' || state === 'slow' },
    send,
    stop(end) { become(end); stopPolling(); clearTimeout(timer); socket?.close() },
  }
}
