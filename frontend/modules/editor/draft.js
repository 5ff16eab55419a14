// What is typed is kept as a draft on the server two seconds after the last key, so that nothing is lost when the browser closes. Where
// the connection is away it is kept in this tab, and sent as soon as the connection is back.
const AFTER = 2000 // milliseconds
const AGAIN = 15_000

function valuesOf(form) {
  const data = new FormData(form)
  data.delete('do')
  return data
}

function clockTime() {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date())
}

export function startDraft(area, box, view) {
  const { form, dataset } = area
  const address = dataset.draft
  const status = box.querySelector('[data-status]')
  const key = `editor:${location.pathname}${location.search}`
  if (!address) return
  let timer
  let sending = false
  let sent = false
  const say = (words) => { status.textContent = words }
  const later = (wait) => {
    clearTimeout(timer)
    timer = setTimeout(send, wait)
  }

  async function send() {
    if (sent || !form.isConnected) return
    if (sending) return later(AFTER)
    sending = true
    const typed = area.value
    try {
      const answer = await fetch(address, { method: 'POST', body: valuesOf(form), headers: { Accept: 'application/json' } })
      if (answer.status >= 500) throw new Error(`status ${answer.status}`)
      if (!answer.ok) return say(box.dataset.refused)
      sessionStorage.removeItem(key)
      say(box.dataset.saved.replace('{time}', clockTime()))
      if (typed === area.value) form.dispatchEvent(new Event('draft-kept', { bubbles: true }))
    } catch {
      keepHere(typed)
      later(AGAIN)
    } finally {
      sending = false
    }
  }

  function keepHere(typed) {
    try {
      sessionStorage.setItem(key, typed)
      say(box.dataset.kept)
    } catch {
      say(box.dataset.lost)
    }
  }

  form.addEventListener('input', () => later(AFTER))
  form.addEventListener('submit', () => {
    sent = true // the save itself keeps what cannot be saved
    clearTimeout(timer)
    setTimeout(() => { sent = false }, AGAIN) // where the answer never came
  })
  window.addEventListener('online', () => sessionStorage.getItem(key) !== null && later(0))
  offerBack(box, view, key)
}

function offerBack(box, view, key) {
  const kept = sessionStorage.getItem(key)
  if (kept === null || kept === view.state.doc.toString()) return sessionStorage.removeItem(key)
  const offer = box.querySelector('[data-offer-back]')
  offer.hidden = false
  offer.querySelector('button').addEventListener('click', () => {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: kept } })
    offer.hidden = true
    view.focus()
  })
}
