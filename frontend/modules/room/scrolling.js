// Where one reads: kept still while others write, at the end where one was there; what is new since one left; older on demand.
const NEAR = 80 // pixels from the end that count as being there
const READ_EVERY = 2_000 // milliseconds

export function startScrolling({ root, config, words, messages, tellRead }) {
  const box = root.querySelector('[data-scroll]')
  const older = root.querySelector('[data-older]')
  const toEnd = root.querySelector('[data-to-end]')
  const toEndWords = root.querySelector('[data-to-end-words]')
  const title = document.title
  let unseen = 0
  let loading = false
  let readSeq = config.seen ?? 0
  let reached = config.head
  let readTimer
  let givenLine // of what was new when the page came; newLine draws others later

  const atEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR
  const looking = () => document.visibilityState === 'visible' && document.hasFocus() && atEnd() && box.clientHeight > 0

  function draw() {
    toEnd.hidden = atEnd() && !(unseen && config.live) // below what is old there is a link
    toEnd.toggleAttribute('data-new', unseen > 0)
    toEndWords.textContent = unseen ? (unseen === 1 ? words.new_one : words.new_many).replace('{count}', unseen) : toEnd.dataset.words
    document.title = unseen ? `(${unseen}) ${title}` : title
  }
  toEnd.dataset.words = toEndWords.textContent

  function markRead() {
    if (!looking() || !config.live) return
    unseen = 0
    draw()
    if (reached <= readSeq || readTimer) return
    readTimer = setTimeout(() => {
      readTimer = undefined
      if (looking() && reached > readSeq && tellRead(reached)) readSeq = reached
    }, readSeq === (config.seen ?? 0) ? 0 : READ_EVERY)
  }

  function newLine(before) {
    if (messages.list.querySelector('.new-line')) return
    const line = document.createElement('li')
    line.className = 'new-line'
    line.id = 'new'
    line.textContent = words.new_line
    before.before(line)
    messages.arrange(before)
  }

  // Another's message, or a line: followed where one was at the end; else a message counts as new.
  function came(item, follow) {
    if (follow) box.scrollTop = box.scrollHeight
    if (looking() || !item.matches('.msg:not([data-mine])')) return
    unseen += 1
    newLine(item)
  }

  // More than one page is new: the line goes up with what is loaded.
  function raiseNewLine() {
    const line = givenLine
    if (!line?.isConnected) return
    const first = [...messages.list.querySelectorAll('[data-seq]:not([data-mine])')].find(({ dataset }) => Number(dataset.seq) > config.seen)
    if (!first || !(first.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING)) return
    first.before(line)
    messages.arrange()
  }

  async function loadOlder() {
    if (loading || older.hidden) return
    loading = true
    try {
      const answer = await fetch(`${config.base}/stretch?before=${older.dataset.older}`, { headers: { 'HX-Request': 'true' } })
      if (!answer.ok) return
      const fromEnd = box.scrollHeight - box.scrollTop
      box.style.overflowAnchor = 'none'
      const items = messages.prepend(await answer.text())
      raiseNewLine()
      box.scrollTop = box.scrollHeight - fromEnd
      box.style.overflowAnchor = ''
      const first = messages.list.querySelector('[data-seq]')
      if (first) older.dataset.older = first.dataset.seq
      older.hidden = answer.headers.get('X-Earlier') !== '1' || !items.length
    } catch { /* offline: the link stays */ } finally { loading = false }
  }

  function toTheEnd() {
    box.scrollTop = box.scrollHeight
    markRead()
  }

  function begin() {
    box.classList.add('scripted')
    const target = location.hash && document.getElementById(location.hash.slice(1))
    const line = messages.list.querySelector('.new-line')
    givenLine = line
    if (target) target.scrollIntoView({ block: 'center' })
    else if (line && config.live) { box.scrollTop = line.offsetTop - box.offsetTop - box.clientHeight / 4 }
    else box.scrollTop = box.scrollHeight
    stuck = atEnd() // no scrolling is told where it begins at the top
    draw()
    markRead()
  }

  older.addEventListener('click', (event) => { event.preventDefault(); loadOlder() })
  toEnd.addEventListener('click', () => { if (config.live) toTheEnd(); else location.assign(config.base) })
  box.addEventListener('scroll', () => {
    if (box.scrollTop < 300) loadOlder()
    draw()
    markRead()
  }, { passive: true })
  window.addEventListener('focus', markRead)
  document.addEventListener('visibilitychange', markRead)
  const resized = new ResizeObserver(() => { if (stuck) box.scrollTop = box.scrollHeight })
  for (const one of [box, box.querySelector('[data-inner]')]) resized.observe(one) // pictures come later than their messages
  let stuck = true
  box.addEventListener('scroll', () => { stuck = atEnd() }, { passive: true })

  return {
    begin, toTheEnd, atEnd,
    growing(item, change, { mine }) {
      const was = atEnd()
      change()
      if (mine) { unseen = 0; messages.list.querySelector('.new-line')?.remove(); box.scrollTop = box.scrollHeight; messages.arrange(item) }
      else came(item, was)
      draw()
    },
    missed() { unseen += 1; draw() },
    grew(item) {
      came(item, stuck)
      draw()
    },
    read(seq) { reached = Math.max(reached, seq); markRead() },
    readElsewhere(seq) { if (seq >= reached) { unseen = 0; readSeq = Math.max(readSeq, seq); draw() } },
    toNew() {
      const line = messages.list.querySelector('.new-line')
      if (line) { line.scrollIntoView({ block: 'center' }); (line.nextElementSibling ?? line).focus() } else toTheEnd()
    },
  }
}
