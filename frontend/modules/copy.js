// Copies the text of `data-copy` and says so in the button itself.
export function startCopy() {
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]')
    if (!button) return
    await navigator.clipboard.writeText(button.dataset.copy)
    const words = button.lastChild
    const before = words.textContent
    words.textContent = button.dataset.copied
    button.setAttribute('aria-live', 'polite')
    setTimeout(() => { words.textContent = before }, 2000)
  })
}
