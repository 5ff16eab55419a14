// Light, dark or the system's choice: kept in a cookie, so that the server writes it into <html> and nothing flashes.
const YEAR = 365 * 24 * 3600

function choose(theme) {
  const chosen = theme === 'light' || theme === 'dark'
  if (chosen) document.documentElement.dataset.theme = theme
  else delete document.documentElement.dataset.theme
  const secure = location.protocol === 'https:' ? ';Secure' : ''
  document.cookie = `theme=${chosen ? theme : ''};path=/;max-age=${chosen ? YEAR : 0};SameSite=Lax${secure}`
  show()
}

function show() {
  const theme = document.documentElement.dataset.theme ?? 'system'
  for (const button of document.querySelectorAll('[data-theme-set]')) {
    button.setAttribute('aria-pressed', String(button.dataset.themeSet === theme))
  }
}

export function startTheme() {
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-theme-set]')
    if (button) choose(button.dataset.themeSet)
  })
  show()
}
