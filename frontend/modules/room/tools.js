// What can be done with a message at once: one toolbar that goes to the message under the pointer or the focus.
import { pickEmoji } from './emoji.js'

export function startTools({ root, config, words, sending, panel, composers, say }) {
  const bar = root.querySelector('template[data-toolbar]').content.firstElementChild.cloneNode(true)
  const may = (right) => config.rights.includes(right)
  const seqOf = (item) => Number(item?.dataset.seq) || 0
  const own = (item) => item?.dataset.mine !== undefined && item.dataset.text !== undefined

  function attach(item) {
    if (!item || item.dataset.state !== 'shown' || !seqOf(item) || !may('post')) return bar.remove()
    if (bar.parentElement === item) return
    bar.querySelector('[data-tool=edit]').hidden = !own(item)
    bar.querySelector('[data-tool=reply]').hidden = item.dataset.thread !== undefined
    item.append(bar)
  }

  function react(item, emoji) {
    const button = [...item.querySelectorAll('.reaction')].find((one) => one.value === emoji)
    sending.act({ t: 'react', message: seqOf(item), emoji, on: button?.getAttribute('aria-pressed') !== 'true' })
  }

  const acts = {
    react: (item, button) => react(item, button.value),
    emoji: (item, button) => pickEmoji(button?.isConnected ? button : item, words, (sign) => react(item, sign)),
    reply(item) {
      const seq = Number(item.dataset.thread) || seqOf(item)
      panel.opener(item)
      panel.go(`${config.base}/thread/${seq}`, { focus: false }).then(() => composers.thread()?.focus())
    },
    quote: (item) => composers.main()?.quote({ room: config.room, seq: seqOf(item) }),
    edit(item) {
      if (!own(item)) return say(words.nothing_own)
      const where = item.closest('#panel') ? composers.thread() : composers.main()
      ;(where ?? composers.main())?.edit(seqOf(item), item.dataset.text)
    },
    more(item) {
      panel.opener(item)
      panel.go(`${config.base}/messages/${seqOf(item)}`)
    },
  }

  root.addEventListener('pointerover', ({ target, pointerType }) => { if (pointerType !== 'touch') attach(target.closest?.('.msg')) })
  root.addEventListener('focusin', ({ target }) => { const item = target.closest?.('.msg'); if (item) attach(item) })
  bar.addEventListener('click', ({ target }) => {
    const button = target.closest('button')
    if (button) acts[button.dataset.tool](bar.parentElement, button)
  })
  root.addEventListener('submit', (event) => {
    const form = event.target
    if (!form.matches('.reactions, .acts-emoji')) return
    event.preventDefault()
    event.stopPropagation()
    const item = form.closest('.msg') ?? form.closest('.panel-body').querySelector('.msg')
    react(item, event.submitter.value)
  }, true)
  // In the message's own panel
  root.addEventListener('click', async ({ target }) => {
    const button = target.closest?.('[data-act]')
    if (button?.dataset.act === 'copy') {
      try { await navigator.clipboard.writeText(button.dataset.link) } catch { return say(words.failed) }
      say(words.copied)
    }
    if (button?.dataset.act === 'quote') {
      const [room, seq] = button.dataset.quote.split(':')
      panel.view('talk')
      composers.main()?.quote({ room, seq: Number(seq) })
    }
  })
  return { acts, own }
}
