// The live preview: the server renders what is typed, a moment after the last key, while the pane is open. The two panes scroll together,
// by how far each is.
const AFTER = 400 // milliseconds
const KEY = 'editor-preview'

export function startPreview(area, box, view) {
  const toggle = box.querySelector('[data-preview-toggle]')
  const pane = box.querySelector('[data-preview-pane]')
  const { preview } = area.dataset
  if (!preview) return void (toggle.hidden = true)
  let timer
  let asked = new AbortController()
  let shown

  async function refresh() {
    if (pane.hidden) return
    const data = new FormData(area.form)
    data.delete('do')
    asked.abort()
    asked = new AbortController()
    pane.setAttribute('aria-busy', 'true')
    try {
      const answer = await fetch(preview, { method: 'POST', body: data, signal: asked.signal, headers: { 'HX-Request': 'true' } })
      if (!answer.ok) return
      const html = await answer.text()
      if (html !== shown) pane.innerHTML = shown = html // made and sanitised by the server, as on every page
      follow()
    } catch (error) {
      if (error.name !== 'AbortError') pane.dataset.stale = ''
    } finally {
      pane.removeAttribute('aria-busy')
    }
  }

  function follow() {
    const from = view.scrollDOM
    const far = from.scrollTop / Math.max(1, from.scrollHeight - from.clientHeight)
    pane.scrollTop = far * (pane.scrollHeight - pane.clientHeight)
  }

  function open(wanted) {
    pane.hidden = !wanted
    box.classList.toggle('with-preview', wanted)
    toggle.setAttribute('aria-pressed', String(wanted))
    sessionStorage.setItem(KEY, wanted ? 'open' : '')
    if (wanted) refresh()
  }

  toggle.addEventListener('click', () => open(pane.hidden))
  view.scrollDOM.addEventListener('scroll', follow, { passive: true })
  area.form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(refresh, AFTER)
  })
  open(sessionStorage.getItem(KEY) === 'open' && matchMedia('(min-width: 62rem)').matches)
}
