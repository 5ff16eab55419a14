// UUIDs of version 7 (RFC 9562): time first, so that what is sent later sorts later, also within one millisecond.
let last = 0
let count = 0

export function newId() {
  const now = Date.now()
  count = now > last ? crypto.getRandomValues(new Uint16Array(1))[0] & 0x7ff : count + 1
  last = Math.max(now, last)
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(last / 2 ** (8 * (5 - i))) & 0xff
  bytes[6] = 0x70 | ((count >> 8) & 0x0f)
  bytes[7] = count & 0xff
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
