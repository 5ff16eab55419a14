// Asks the browser for web push on the page of notices, and tells the server its address.
function bytes(key) {
  const text = atob(key.replace(/-/g, '+').replace(/_/g, '/') + '='.repeat((4 - (key.length % 4)) % 4))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

async function subscribe(part) {
  const registration = await navigator.serviceWorker.register(part.dataset.worker)
  await navigator.serviceWorker.ready.catch(() => null)
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(part.dataset.key) })
  const answer = await fetch(part.dataset.keep, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(subscription) })
  if (!answer.ok) throw new Error(String(answer.status))
}

export function startNotices() {
  const part = document.querySelector('[data-push]:not([data-started])')
  if (!part) return
  part.dataset.started = ''
  const button = part.querySelector('button')
  const told = part.querySelector('[role=status]')
  if (!('serviceWorker' in navigator && 'PushManager' in window)) {
    told.textContent = part.dataset.cannot
    button.hidden = true
    return
  }
  button.addEventListener('click', async () => {
    button.disabled = true
    try {
      await subscribe(part)
      location.reload()
    } catch {
      told.textContent = part.dataset.refused
      button.disabled = false
    }
  })
}
