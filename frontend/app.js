// What script adds to pages that already work without it.
import htmx from 'htmx.org'
import { startCopy } from './modules/copy.js'
import { startDialogs } from './modules/dialogs.js'
import { startFiles } from './modules/files.js'
import { startGuard } from './modules/guard.js'
import { startKeys } from './modules/keys.js'
import { startMenus } from './modules/menus.js'
import { startMoments } from './modules/moments.js'
import { startProgress } from './modules/progress.js'
import { startRows } from './modules/rows.js'
import { startTheme } from './modules/theme.js'
import { startToasts } from './modules/toasts.js'

function reveal(root) {
  for (const part of root.querySelectorAll('.needs-script[hidden]')) part.hidden = false
}

// What few pages need comes in files of its own.
async function startWriting() {
  if (document.querySelector('textarea[data-editor]:not([data-started])')) (await import('./modules/editor/editor.js')).startEditors()
  if (document.querySelector('[data-complete-entry], [data-complete-source]')) (await import('./modules/picker.js')).startPickers()
  if (document.querySelector('[data-labelling]:not([data-started])')) (await import('./modules/labelling/labelling.js')).startLabelling()
  if (document.querySelector('[data-room-page]:not([data-started])')) (await import('./modules/room/room.js')).startRoom()
  if (document.querySelector('[data-report]:not([data-started])')) (await import('./modules/report/report.js')).startReport()
  if (document.querySelector('[data-push]:not([data-started])')) (await import('./modules/notices.js')).startNotices()
  if (document.querySelector('[data-choosing]:not([data-started])')) (await import('./modules/choosing.js')).startChoosing()
  if (document.querySelector('[data-deciding]:not([data-started])')) (await import('./modules/deciding.js')).startDeciding()
}

htmx.config.attributesToSettle = ['class'] // a style that somebody's hand set (a field drawn larger) is inline, which our policy refuses
reveal(document)
htmx.onLoad(reveal)
htmx.onLoad(startMoments)
htmx.onLoad(startWriting)
for (const start of [startTheme, startMenus, startDialogs, startKeys, startToasts, startFiles, startCopy, startGuard, startProgress, startRows]) start()
document.querySelector('[data-focus]')?.focus()
