// Events in their order, each once: applied only where seq = last + 1, dropped where known, asked for where some are missing.
export function startApplying({ root, config, messages, people, announcing, scroll, outbox, connection, panel, rail, words }) {
  let last = config.head
  let askedAfter = -1

  const simple = (content) => !(content.files?.length || content.quote || content.via || content.attachments?.length)
  const plainText = (html) => { const place = document.createElement('div'); place.innerHTML = html; return place.textContent.trim().replace(/\s+/g, ' ') }

  function own(event) {
    if (event.author !== config.me || !event.cid) return
    outbox.remove(event.cid)
    const waiting = document.querySelector(`.msg[data-cid="${event.cid}"]`)
    const held = Boolean(waiting?.contains(document.activeElement))
    waiting?.remove()
    return { mine: Boolean(waiting), held }
  }

  function posted(event) {
    const { content, author, at, seq, html, tlp } = event
    const { mine, held } = own(event) ?? {}
    people.spoke(author)
    if (!content) return config.live && messages.fetchItems(seq)
    const reply = content.thread
    const known = simple(content) && people.get(author)
    const item = known && messages.fill(messages.fresh(), { seq, author, at, html: html ?? messages.pendingHtml(content.text), tlp, thread: reply })
    if (reply) {
      messages.countReply(reply)
      if (item) { item.dataset.thread = reply; panel.reply(item) }
      else if (panel.showsThread(reply)) messages.fetchItems(seq)
    } else if (!config.live && mine) location.assign(config.base) // it stands at the end, which is not shown here
    else if (!config.live) scroll.missed()
    else if (item) scroll.growing(item, () => messages.place(item), { mine: mine || author === config.me })
    else messages.fetchItems(seq)
    if (held) item?.focus()
    if (author !== config.me) {
      announcing.message(people.get(author)?.name ?? content.via?.name ?? '', html ? plainText(html) : content.text)
      rail.here()
    }
  }

  function redacted(content) {
    messages.redacted(content)
    announcing.forget()
    if (config.live && !messages.inList(content.message)) messages.fetchItems(content.message) // a reply, say: it counts no more
  }

  const changes = {
    'message.posted': posted,
    'message.edited': (event) => { own(event); if (event.content) messages.edited(event.content, event.html) },
    'message.redacted': (event) => { own(event); if (event.content) redacted(event.content) },
    'message.pinned': (event) => { own(event); if (event.content) messages.pinned(event.content) },
    'message.marked': ({ content }) => content && messages.inList(content.message) && messages.fetchItems(content.message),
    'message.carded': ({ content }) => content && messages.inList(content.message) && messages.fetchItems(content.message),
    'reaction.set': (event) => { own(event); if (event.content) messages.react(event.content, event.author) },
  }

  function apply(event) {
    const change = changes[event.kind]
    if (event.kind === 'member.joined' && event.content) people.joined(event.content)
    if (event.kind === 'member.left' && event.content) people.left(event.content)
    if (change) change(event)
    else if (config.live) messages.fetchItems(event.seq)
    if (event.kind === 'room.changed' || event.kind.startsWith('case.')) panel.headChanged()
    document.dispatchEvent(new CustomEvent('room:event', { detail: event }))
  }

  return {
    last: () => last,
    events(list) {
      for (const event of list) {
        if (event.seq <= last) continue
        if (event.seq !== last + 1) {
          if (askedAfter !== last) { askedAfter = last; connection().send({ t: 'sub', room: config.room, epoch: config.epoch, after: last }) }
          return
        }
        last = event.seq
        try { apply(event) } catch (problem) { console.error(problem) }
      }
      scroll.read(last)
    },
  }
}
