// A <details> used as a menu closes on Escape, on a click elsewhere, and when the focus leaves it.
export function startMenus() {
  const close = (except) => {
    for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(except)) menu.open = false
  }
  document.addEventListener('click', (event) => close(event.target))
  document.addEventListener('focusin', (event) => close(event.target))
  document.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' && document.activeElement?.closest('details.menu[open]')
    if (!menu) return
    menu.open = false
    menu.querySelector('summary').focus()
  })
}
