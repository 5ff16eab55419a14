// The list of messages: new ones from the template that the page's own macro made, changes in place, days and groups laid anew.
const TOGETHER = 300_000 // milliseconds; views/messages.py says the same in seconds
const BATCH = 60 // milliseconds in which single ones are asked for together
const AGAIN = 3_000 // milliseconds before they are asked for again where that failed
const MOST = 100 // in one question; pages/room.py says the same

const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign])

export function startMessages({ root, config, words, people, locale }) {
  const list = root.querySelector('[data-messages]')
  const blank = root.querySelector('template[data-blank]').content.firstElementChild
  const times = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const dated = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const days = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const plural = new Intl.PluralRules(locale)
  const ofSeq = (seq, where = document) => where.querySelectorAll(`.msg[data-seq="${seq}"], .line[data-seq="${seq}"]`)
  const inList = (seq) => list.querySelector(`:scope > [data-seq="${seq}"]`)
  const asked = new Set()

  const dayOf = (at) => new Date(at).toDateString()

  function dayLine(at) {
    const line = document.createElement('li')
    line.className = 'day'
    const date = new Date(at)
    const today = new Date()
    const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
    const time = document.createElement('time')
    time.dateTime = at
    const near = dayOf(at) === today.toDateString() ? words.today : dayOf(at) === yesterday.toDateString() ? words.yesterday : ''
    time.textContent = near || days.format(date)
    if (near) time.title = days.format(date) // printed beside it
    line.append(time)
    return line
  }

  // Times as the reader's clock shows them, days between, and one name over what somebody says in a row.
  function arrange(from = list.firstElementChild) {
    let before = from?.previousElementSibling
    while (before && !before.dataset.at) before = before.previousElementSibling
    for (let item = from; item; item = item.nextElementSibling) {
      if (item.classList.contains('day')) { const next = item.nextElementSibling; item.remove(); item = next; if (!item) break }
      if (!item.dataset.at) continue
      const time = item.querySelector('time')
      if (time && !time.dataset.local) { time.textContent = times.format(new Date(item.dataset.at)); time.dataset.local = '' }
      const newDay = !before || dayOf(before.dataset.at) !== dayOf(item.dataset.at)
      const between = item.previousElementSibling
      if (newDay) (between?.classList.contains('new-line') ? between : item).before(dayLine(item.dataset.at))
      const together = !newDay && !between?.matches('.new-line, .whisper') && before.dataset.state === 'shown' && item.dataset.state === 'shown'
        && before.dataset.author === item.dataset.author && new Date(item.dataset.at) - new Date(before.dataset.at) < TOGETHER
      item.classList.toggle('grouped', together)
      before = item
    }
  }

  // What only its reader sees stands behind the message that was the last one then.
  const placeOf = ({ dataset }) => Number(dataset.seq ?? dataset.after) || (dataset.cid ? Infinity : -1)

  function place(item) {
    const seq = Number(item.dataset.seq) || Infinity
    const known = seq !== Infinity && inList(seq)
    if (known) {
      const held = known.contains(document.activeElement)
      known.replaceWith(item)
      if (held) item.focus() // whoever is on a message stays on it
      return arrange(item)
    }
    let after = list.lastElementChild
    while (after && placeOf(after) > seq) after = after.previousElementSibling
    while (after && !after.dataset.at && !after.dataset.after) after = after.previousElementSibling // never behind a day's line
    if (after) after.after(item)
    else list.append(item)
    arrange(item)
  }

  function fill(item, { seq, author, at, html, tlp, thread }) {
    const person = people.get(author)
    if (seq) {
      item.id = `m${seq}`
      item.dataset.seq = seq
      for (const [part, path] of [['.msg-replies', `thread/${seq}`], ['.msg-more', `messages/${seq}`], ['.msg-edited', `messages/${seq}`]]) item.querySelector(part)?.setAttribute('href', `${config.base}/${path}`)
      item.querySelector('.msg-time').href = `${config.base}?at=${thread ?? seq}#m${thread ?? seq}`
      item.querySelector('.reactions').action = `${config.base}/messages/${seq}/react`
    }
    item.dataset.author = author
    item.dataset.at = at
    item.querySelector('.msg-author').textContent = person?.name ?? ''
    item.querySelector('.msg-note').textContent = person?.note ?? ''
    item.querySelector('.avatar').textContent = person?.initials ?? ''
    item.querySelector('.msg-body').innerHTML = html // sanitised by core/markdown.py, or escaped here
    if (author === config.me) item.dataset.mine = ''
    const time = item.querySelector('time')
    time.dateTime = at
    time.textContent = times.format(new Date(at))
    time.dataset.local = ''
    const marking = config.markings.find(([code]) => code === tlp)
    if (marking && tlp !== config.tlp) {
      const mark = document.createElement('span')
      mark.className = `tlp tlp-${tlp.replace('+', '-')}`
      mark.textContent = marking[1]
      item.querySelector('.msg-time').after(' ', mark)
    }
    markMentions(item)
    return item
  }

  function markMentions(item) {
    const me = people.get(config.me)
    const mine = ['@here', me && `@${me.handle}`.toLowerCase()]
    for (const mention of item.querySelectorAll('.mention')) if (mine.includes(mention.textContent.toLowerCase())) mention.classList.add('mention-me')
  }

  // What the template cannot draw (files, quotes, attachments, lines) comes from the server as it draws it.
  let fetchTimer
  function fetchItems(seq) {
    asked.add(seq)
    fetchTimer ??= setTimeout(fetchAsked, BATCH)
  }

  async function fetchAsked() {
    const seqs = [...asked].slice(0, MOST)
    for (const seq of seqs) asked.delete(seq)
    let wait = BATCH
    try {
      const answer = await fetch(`${config.base}/stretch?${seqs.map((one) => `seq=${one}`).join('&')}`, { headers: { 'HX-Request': 'true' } })
      if (answer.status === 429 || answer.status >= 500) throw new Error(String(answer.status))
      if (answer.ok) itemsIn(await answer.text()).forEach(fetched)
    } catch {
      for (const seq of seqs) asked.add(seq)
      wait = AGAIN
    }
    fetchTimer = asked.size ? setTimeout(fetchAsked, wait) : undefined
  }

  function fetched(item) {
    if (!item.dataset.seq) return
    if (item.dataset.thread && item.dataset.state === 'redacted' && inList(item.dataset.thread)) fetchItems(Number(item.dataset.thread))
    if (item.dataset.thread) return void document.dispatchEvent(new CustomEvent('room:reply', { detail: item }))
    const grew = !inList(item.dataset.seq)
    place(item)
    document.dispatchEvent(new CustomEvent('room:placed', { detail: { item, grew } }))
  }

  function itemsIn(html) {
    const template = document.createElement('template')
    template.innerHTML = html // our own server's
    const items = [...template.content.children]
    for (const item of items) markMentions(item)
    return items
  }

  function react({ message, emoji, on }, person) {
    for (const item of ofSeq(message)) {
      const form = item.querySelector('.reactions')
      if (!form) continue
      let button = [...form.children].find((one) => one.value === emoji)
      const who = new Set(button?.dataset.people.split(' ').filter(Boolean) ?? [])
      who[on ? 'add' : 'delete'](person)
      if (!who.size) { button?.remove(); form.hidden = !form.children.length; continue }
      if (!button) {
        button = document.createElement('button')
        button.className = 'reaction'
        button.name = 'emoji'
        button.value = emoji
        const sign = document.createElement('span')
        sign.textContent = emoji
        const count = document.createElement('span')
        count.className = 'reaction-count'
        button.append(sign, count)
        form.append(button)
      }
      button.dataset.people = [...who].join(' ')
      button.title = [...who].map((id) => people.get(id)?.name ?? '').join(', ')
      button.setAttribute('aria-pressed', String(who.has(config.me)))
      button.querySelector('.reaction-count').textContent = who.size
      form.hidden = false
    }
  }

  function countReply(root) {
    const link = inList(root)?.querySelector('.msg-replies')
    if (!link) return
    const words_ = link.querySelector('[data-replies]')
    const count = Number(words_.dataset.replies) + 1
    words_.dataset.replies = count
    words_.textContent = (plural.select(count) === 'one' ? words.reply_one : words.reply_many).replace('{count}', count)
    link.hidden = false
  }

  const api = {
    localTimes(where) {
      for (const item of where.querySelectorAll('.msg[data-at]')) {
        const time = item.querySelector('time')
        if (!item.dataset.at || time.dataset.local !== undefined) continue
        const at = new Date(item.dataset.at)
        time.textContent = (dayOf(at) === dayOf(Date.now()) ? times : dated).format(at) // no day's line stands above it here
        time.dataset.local = ''
      }
      for (const item of where.querySelectorAll('.msg')) markMentions(item)
    },
    list, arrange, inList, ofSeq, fill, place, fetchItems, itemsIn, react, countReply, markMentions,
    fresh: () => blank.cloneNode(true),
    pendingHtml: (text) => escape(text).split(/\n{2,}/).map((part) => `<p>${part.replaceAll('\n', '<br>')}</p>`).join(''),
    edited({ message }, html) {
      for (const item of ofSeq(message)) {
        const body = item.querySelector('.msg-body')
        if (!body || html === undefined) continue
        body.innerHTML = html
        item.querySelector('.msg-edited').hidden = false
        delete item.dataset.text
        markMentions(item)
      }
    },
    redacted({ message }) {
      for (const item of ofSeq(message)) {
        item.dataset.state = 'redacted'
        delete item.dataset.text
        item.classList.add('msg-redacted')
        const gone = document.createElement('p')
        gone.className = 'msg-gone'
        gone.textContent = words.removed
        const head = item.querySelector('.msg-head')
        for (const part of [...item.querySelector('.msg-main').children]) if (part !== head && !part.classList.contains('msg-replies')) part.remove()
        head.after(gone)
        item.querySelector('.msg-more')?.remove()
        item.querySelector('.msg-pin').hidden = true
      }
    },
    pinned({ message, pinned }) {
      for (const item of ofSeq(message)) { const pin = item.querySelector('.msg-pin'); if (pin) pin.hidden = !pinned }
    },
    prepend(html) {
      const items = itemsIn(html).filter((item) => item.dataset.seq && !inList(item.dataset.seq))
      list.prepend(...items)
      arrange()
      return items
    },
    ownLast: () => [...list.querySelectorAll('.msg[data-mine][data-seq][data-state="shown"]')].filter((item) => Number(item.dataset.seq)).at(-1),
  }
  for (const item of list.querySelectorAll('.msg')) markMentions(item)
  arrange()
  return api
}
