// The panel beside the conversation: its forms and links are fetched, what changes is shown anew (never under somebody's hands).
// pages/panels.py says what a panel's owner can count on.
import htmx from 'htmx.org'
import { forgetDraft } from '../guard.js'
import { toast } from '../toasts.js'

const HEADER = 'X-Room-Panel'
const FRESH_AFTER = 400 // milliseconds in which events are taken together

export function startPanel({ root, config, words, opened }) {
  const panel = root.querySelector('#panel')
  let opener
  let dirty = false
  let timer
  let asking = 0
  let awaited = 0 // answers that somebody waits for; a refresh never takes their place

  const part = () => panel.querySelector('.panel-part')
  const isOurs = (url) => url.origin === location.origin && url.pathname.startsWith(`${config.base}/`)

  // Tabs scroll sideways where there is no room: the chosen one is brought into view.
  function reveal() {
    for (const link of root.querySelectorAll('.room-tabs [aria-current], .panel-tabs [aria-current]')) {
      const row = link.closest('ul')
      row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2
    }
  }

  function told() {
    reveal()
    document.dispatchEvent(new CustomEvent('room:panel', { detail: { part: part()?.dataset.part, element: part() } }))
    opened(panel)
  }

  function current(link, is, kind = 'true') {
    if (is) link.setAttribute('aria-current', kind)
    else link.removeAttribute('aria-current')
  }

  function view(name) {
    root.dataset.view = name
    for (const link of root.querySelectorAll('[data-show]')) current(link, link.dataset.show === name)
  }

  function marks() {
    for (const link of root.querySelectorAll('[data-part-link]')) current(link, link.dataset.partLink === part()?.dataset.part, 'page')
    const shown = part() && new URL(part().dataset.url, location).pathname
    for (const link of root.querySelectorAll('.room-tools a')) current(link, new URL(link.href).pathname === shown)
    const tab = root.querySelector('[data-show=panel]')
    if (tab && part()) tab.href = part().dataset.url
  }

  function show(html) {
    dirty = false
    htmx.swap(panel, html, { swapStyle: 'innerHTML', settleDelay: 0 })
    root.dataset.panelOpen = ''
    marks()
    told()
  }

  async function ask(url, options = {}) {
    const mine = (asking += 1)
    panel.setAttribute('aria-busy', 'true')
    try {
      const answer = await fetch(url, { ...options, headers: { 'HX-Request': 'true', Accept: 'application/problem+json' } })
      if (mine !== asking) return undefined
      if (answer.headers.has(HEADER)) return { html: await answer.text(), url: answer.url, taken: answer.ok }
      if (answer.ok && answer.redirected) return void location.assign(answer.url)
      const problem = await answer.json().catch(() => ({}))
      toast(problem.detail ?? words.failed)
    } catch {
      toast(words.failed)
    } finally {
      if (mine === asking) panel.removeAttribute('aria-busy')
    }
    return undefined
  }

  async function askFor(url, options) {
    awaited += 1
    try {
      return await ask(url, options)
    } finally {
      awaited -= 1
    }
  }

  // Whoever went elsewhere meanwhile, into the conversation say, stays there.
  const stayed = (from) => document.activeElement === from || document.activeElement === document.body

  async function go(url, { push = true, focus = true } = {}) {
    const from = document.activeElement
    const got = await askFor(url)
    if (!got) return
    const moves = focus && stayed(from)
    show(got.html)
    view('panel')
    if (push) history.pushState({ panel: got.url }, '', got.url)
    if (moves) panel.querySelector('[autofocus], #panel-title')?.focus()
  }

  function close({ push = true } = {}) {
    if (!part()) return
    panel.replaceChildren()
    delete root.dataset.panelOpen
    view('talk')
    marks()
    if (push) history.pushState({}, '', config.base)
    if (opener?.isConnected) opener.focus()
    opener = undefined
  }

  // The same part again: scrolling and what was unfolded stay.
  async function again() {
    const url = part()?.dataset.url
    if (!url) return
    const folds = [...panel.querySelectorAll('details')].map((one) => one.open)
    const { scrollTop } = panel
    const got = await ask(url)
    if (!got) return
    if (document.querySelector('dialog[open]')) return offer()
    show(got.html)
    const now = [...panel.querySelectorAll('details')]
    if (now.length === folds.length) now.forEach((one, number) => { one.open = folds[number] })
    panel.scrollTop = scrollTop
  }

  function offer() {
    if (panel.querySelector('.panel-fresh')) return
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'panel-fresh'
    button.textContent = words.updated
    button.addEventListener('click', again)
    part().querySelector('.panel-head').after(button)
  }

  function concerned(kind) {
    const wanted = panel.querySelector('[data-refresh]')?.dataset.refresh
    if (wanted === 'none') return false
    if (wanted !== undefined) return wanted.split(' ').some((beginning) => kind.startsWith(beginning))
    return !kind.startsWith('message.') && !kind.startsWith('reaction.')
  }

  document.addEventListener('room:event', ({ detail }) => {
    if (!part() || !concerned(detail.kind)) return
    refreshSoon()
  })

  function refreshSoon() {
    clearTimeout(timer)
    timer = setTimeout(refresh, FRESH_AFTER)
  }

  function refresh() {
    if (awaited) return refreshSoon()
    if (!part()) return
    const active = document.activeElement
    // An open question ("Freeze this decision?") belongs to a form here, which must not be taken away under it.
    const typing = dirty || document.querySelector('dialog[open]') || (panel.contains(active) && active.matches('input, textarea, select, [contenteditable]'))
    if (typing) offer()
    else again()
  }

  panel.addEventListener('input', ({ target }) => { if (!target.closest('[data-composer]')) dirty = true })

  root.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    const link = event.target.closest('a[href]')
    if (!link || link.target || link.download || link.matches('[data-plain], [data-plain] *')) return
    if (link.matches('[data-panel-close]')) { event.preventDefault(); return close() }
    if (link.dataset.show) { event.preventDefault(); return shown(link) }
    if (!link.matches('[data-panel-link]') && !panel.contains(link)) return
    const url = new URL(link.href)
    if (!isOurs(url)) return
    event.preventDefault()
    if (!panel.contains(link)) opener = link
    go(url)
  })

  function shown(link) {
    const name = link.dataset.show
    if (name === 'panel' && !part()) return go(link.href)
    view(name)
    document.dispatchEvent(new CustomEvent('room:view', { detail: name }))
  }

  panel.addEventListener('submit', async (event) => {
    const form = event.target
    const { submitter } = event
    const url = new URL(submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? '', location.href)
    if (event.defaultPrevented || form.matches('[data-plain], [data-composer], [method=dialog]') || !isOurs(url)) return
    event.preventDefault()
    const data = new FormData(form, submitter)
    if (form.method === 'get') { url.search = new URLSearchParams(data); return go(url, { focus: false }) }
    submitter?.setAttribute('aria-disabled', 'true')
    const from = document.activeElement
    const many = [...data.values()].some((value) => typeof value !== 'string')
    const got = await askFor(url, { method: 'POST', body: many ? data : new URLSearchParams(data) })
    submitter?.removeAttribute('aria-disabled')
    if (!got) return
    if (got.taken) forgetDraft(form)
    const moves = stayed(from)
    show(got.html)
    if (!moves) return
    const wrong = panel.querySelector('.error-summary, [role=alert]')
    if (wrong) { wrong.tabIndex = -1; wrong.focus() }
    else panel.querySelector('#panel-title')?.focus()
  })

  window.addEventListener('popstate', () => {
    if (location.pathname === config.base) close({ push: false })
    else if (location.pathname.startsWith(`${config.base}/`)) go(location.href, { push: false })
  })

  // What may be chosen as a marking goes with the room; what was chosen stays, as long as it may.
  function remark(fresh) {
    const select = root.querySelector('[data-composer=main] [data-composer-tlp]')
    if (!select || !fresh) return
    const chosen = select.value
    select.replaceChildren(...document.importNode(fresh, true).children)
    if ([...select.options].some(({ value }) => value === chosen)) select.value = chosen
  }

  return {
    go, close, again,
    get open() { return Boolean(part()) },
    opener(element) { opener = element },
    view,
    told,
    showsThread: (seq) => panel.querySelector('[data-thread-panel]')?.dataset.threadPanel === String(seq),
    reply(item) {
      const list = panel.querySelector(`[data-thread-panel="${item.dataset.thread}"] [data-thread-messages]`)
      if (!list || list.querySelector(`[data-seq="${item.dataset.seq}"]`)) return
      item.id = `t${item.dataset.seq}`
      item.querySelector('.msg-replies')?.remove()
      list.append(item)
      if (item.dataset.mine !== undefined) item.scrollIntoView({ block: 'nearest' })
    },
    // Name, marking or state of the room changed: the head of a page fetched anew takes the old one's place.
    headChanged() {
      clearTimeout(panel.headTimer)
      panel.headTimer = setTimeout(async () => {
        try {
          const answer = await fetch(config.base)
          if (!answer.ok) return
          const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
          for (const place of ['.room-title', '.room-head > .tlp']) {
            const now = page.querySelector(place)
            if (now) root.querySelector(place)?.replaceWith(document.importNode(now, true))
          }
          remark(page.querySelector('[data-composer=main] [data-composer-tlp]'))
        } catch { /* the next change brings it */ }
      }, FRESH_AFTER)
    },
  }
}
