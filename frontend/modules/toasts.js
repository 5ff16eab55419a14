// Short news of what was done, told to screen readers too. A server's answer may carry `HX-Trigger: {"toast": {"text": "…"}}`.
const STAYS = 8000 // milliseconds; long enough to read two lines, and each can be closed before

export function toast(text) {
  const place = document.getElementById('toasts')
  const item = place.querySelector('template').content.firstElementChild.cloneNode(true)
  item.querySelector('[data-text]').textContent = text
  const remove = () => item.remove()
  item.querySelector('button').addEventListener('click', remove)
  let timer = setTimeout(remove, STAYS)
  item.addEventListener('pointerenter', () => clearTimeout(timer))
  item.addEventListener('pointerleave', () => { timer = setTimeout(remove, STAYS) })
  place.append(item)
}

export function startToasts() {
  document.addEventListener('toast', (event) => toast(event.detail.text ?? event.detail.value))
  const lost = () => toast(document.getElementById('toasts').dataset.offline)
  document.addEventListener('htmx:sendError', lost)
  document.addEventListener('htmx:timeout', lost)
}
