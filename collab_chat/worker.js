// Shows a notice that was pushed, and opens its page when it is pressed. It keeps nothing and answers no requests.
self.addEventListener('push', (event) => {
  let said = {}
  try { said = event.data ? event.data.json() : {} } catch { /* not ours: shown without words */ }
  event.waitUntil(self.registration.showNotification(said.title || 'Alert room', { body: said.body || '', data: { url: said.url || '/' }, tag: said.url }))
})
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = new URL(event.notification.data.url, self.location.origin)
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href))
})
