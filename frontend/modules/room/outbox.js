// What was said and not yet acknowledged, kept in the browser: survives a reload, is sent once after a reconnect. The server stores
// each `cid` once, so that two windows may both send what waits.
export function openOutbox(me, room) {
  const prefix = `room-out:${me}:`
  const memory = new Map()
  let durable = true

  function keys() {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)) } catch { return [] }
  }

  const box = {
    get durable() { return durable },
    add(frame) {
      memory.set(frame.cid, frame)
      try { localStorage.setItem(prefix + frame.cid, JSON.stringify(frame)) } catch { durable = false }
    },
    remove(cid) {
      memory.delete(cid)
      try { localStorage.removeItem(prefix + cid) } catch { /* it is not there */ }
    },
    // Oldest first; of all rooms, since each page sends what waits.
    all() {
      const found = new Map(memory)
      for (const key of keys()) {
        try { found.set(key.slice(prefix.length), JSON.parse(localStorage.getItem(key))) } catch { localStorage.removeItem(key) }
      }
      return [...found.values()].filter(Boolean).sort((one, other) => (one.cid < other.cid ? -1 : 1))
    },
    here: () => box.all().filter((frame) => frame.room === room),
  }
  return box
}

// What is being written and for whom, {text, tlp, to}, for each place where one can write.
export function openDrafts(me, room) {
  const key = (place) => `room-draft:${me}:${room}:${place}`
  return {
    read(place) { try { return JSON.parse(localStorage.getItem(key(place))) ?? {} } catch { return {} } },
    keep(place, draft) {
      if (!draft.text) return this.forget(place)
      try { localStorage.setItem(key(place), JSON.stringify(draft)) } catch { /* full or forbidden: the text is still in the field */ }
    },
    forget(place) { try { localStorage.removeItem(key(place)) } catch { /* it is not there */ } },
  }
}
