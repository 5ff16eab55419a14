// What one does becomes a frame with a cid, is kept, sent, and forgotten only when the server says that it is stored.
import { newId } from './ids.js'

const BUSY_AGAIN = 1_500 // milliseconds

export function startSending({ config, words, outbox, connection, refused, counted }) {
  const inFlight = new Set()

  const post = (frame) => fetch(`${config.api}/${frame.room}/frames`, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(frame) })

  function deliver(frame) {
    const line = connection()
    if (!line.usable || inFlight.has(frame.cid)) return
    if (line.state === 'live') {
      if (line.send(frame)) inFlight.add(frame.cid)
      return
    }
    inFlight.add(frame.cid)
    post(frame)
      .then(async (answer) => {
        inFlight.delete(frame.cid)
        if (answer.ok) return api.acknowledged(frame.cid)
        if (answer.status < 500 && answer.status !== 429) api.refused({ cid: frame.cid, code: 'refused', message: (await answer.json()).detail })
      })
      .catch(() => inFlight.delete(frame.cid))
  }

  const api = {
    act(frame) {
      const whole = { room: config.room, cid: newId(), ...frame }
      outbox.add(whole)
      deliver(whole)
      counted()
      return whole
    },
    // What is told once, and not kept.
    tell(frame) {
      post(frame).catch(() => {})
      return true
    },
    flush({ fresh = false } = {}) {
      if (fresh) inFlight.clear()
      for (const frame of outbox.all()) deliver(frame)
      counted()
    },
    acknowledged(cid) {
      inFlight.delete(cid)
      outbox.remove(cid)
      counted()
    },
    refused({ cid, code, message }) {
      if (!cid) return
      inFlight.delete(cid)
      if (code === 'busy' || code === 'rate') return void setTimeout(api.flush, BUSY_AGAIN)
      const frame = outbox.all().find((one) => one.cid === cid)
      outbox.remove(cid)
      counted()
      if (frame) refused(frame, message ?? words.failed)
    },
    waiting: () => outbox.all().filter((frame) => ['send', 'edit'].includes(frame.t) && !inFlight.has(frame.cid)).length,
  }
  return api
}
