// What was typed into a report and is not stored at the server yet, kept in this browser under the person and the room.
const LATER = 300 // milliseconds
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

function textOf(bytes) {
  let text = ''
  for (let place = 0; place < bytes.length; place += 8192) text += String.fromCharCode(...bytes.subarray(place, place + 8192))
  return btoa(text)
}

export function openKept(person, room) {
  const key = `room-report:${person}:${room}`
  let timer
  let make

  function write() {
    clearTimeout(timer)
    timer = undefined
    if (!make) return
    try { localStorage.setItem(key, textOf(make())) } catch { /* full, or not allowed: the page itself still holds it */ }
    make = undefined
  }
  window.addEventListener('pagehide', write)
  return {
    read() { try { const text = localStorage.getItem(key); return text ? bytesOf(text) : undefined } catch { return undefined } },
    write(made) { make = made; timer ??= setTimeout(write, LATER) },
    clear() {
      clearTimeout(timer)
      timer = make = undefined
      try { localStorage.removeItem(key) } catch { /* it is not there */ }
    },
  }
}
