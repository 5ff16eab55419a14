// A small set, by the names that people know from other chats; anything else can be pasted.
export const EMOJI = Object.entries({
  '👍': 'thumbsup yes', '👎': 'thumbsdown no', '👀': 'eyes look', '✅': 'check done', '❌': 'cross no', '❓': 'question', '❗': 'important', '⚠️': 'warning',
  '🚨': 'alarm alert', '🎯': 'target', '🔎': 'search find', '🔗': 'link', '📌': 'pin', '📎': 'clip', '📣': 'megaphone', '📰': 'news', '📷': 'camera picture',
  '🎬': 'video', '🎧': 'audio', '🧵': 'thread', '🗳️': 'ballot vote', '🏛️': 'institution', '🤖': 'robot automatic', '👤': 'person account', '👥': 'people group',
  '🕐': 'clock time', '⏳': 'waiting', '🔴': 'red', '🟠': 'orange', '🟡': 'yellow', '🟢': 'green', '⚪': 'white', '🙂': 'smile', '😀': 'grin', '😄': 'laugh', '😉': 'wink',
  '😅': 'sweat', '😂': 'joy', '🤔': 'think', '😮': 'surprised', '😕': 'confused', '😟': 'worried', '😢': 'sad', '😠': 'angry', '😴': 'sleep', '🙏': 'thanks please', '👏': 'clap',
  '💪': 'strong', '🤝': 'together agree', '👋': 'wave hello', '☕': 'coffee', '🎉': 'party', '❤️': 'heart', '🔥': 'fire', '💡': 'idea', '🧪': 'test', '📈': 'growing', '📉': 'falling',
  '🌍': 'world', '🔒': 'locked', '🔓': 'open', '♻️': 'again recycled', '🆕': 'new', '🆗': 'ok',
}).map(([sign, names]) => ({ sign, names: names.split(' ') }))

// A picker beside a button; gives one emoji back.
export function pickEmoji(anchor, words, chosen) {
  document.querySelector('.emoji-picker')?.remove()
  const picker = document.createElement('div')
  picker.className = 'emoji-picker'
  picker.setAttribute('role', 'dialog')
  picker.setAttribute('aria-label', words.emoji)
  const grid = document.createElement('div')
  grid.className = 'emoji-grid'
  for (const { sign, names } of EMOJI) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = sign
    button.title = names[0]
    button.setAttribute('aria-label', names[0])
    grid.append(button)
  }
  picker.append(grid)
  document.body.append(picker)
  const at = anchor.getBoundingClientRect()
  const box = picker.getBoundingClientRect()
  picker.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.width - 8))}px`
  picker.style.top = `${at.top > box.height + 16 ? at.top - box.height - 8 : Math.min(at.bottom + 8, innerHeight - box.height - 8)}px`
  const buttons = [...grid.children]
  const leave = (back = true) => {
    picker.remove()
    document.removeEventListener('pointerdown', outside, true)
    if (back) anchor.focus()
  }
  const outside = (event) => { if (!picker.contains(event.target)) leave(false) }
  document.addEventListener('pointerdown', outside, true)
  picker.addEventListener('click', ({ target }) => {
    const button = target.closest('button')
    if (button) { leave(); chosen(button.textContent) }
  })
  picker.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key]
    if (event.key === 'Escape' || event.key === 'Tab') leave()
    else if (step) buttons[Math.min(buttons.length - 1, Math.max(0, buttons.indexOf(document.activeElement) + step))].focus()
    else return event.stopPropagation()
    event.preventDefault()
    event.stopPropagation()
  })
  buttons[0].focus()
}
