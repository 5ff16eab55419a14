// The reference of bench_room: a Socket.IO server as its documentation shows one. It stores nothing and asks nobody who they are.
import { createServer } from "node:http"
import { createRequire } from "node:module"

const { Server } = createRequire(process.argv[2] + "/")("socket.io")
const http = createServer()
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, maxHttpBufferSize: 1e6 })
let seq = 0

io.on("connection", (socket) => {
  socket.on("join", (room) => socket.join(room))
  socket.on("send", (message, ack) => {
    seq += 1
    const event = { seq, kind: "message.posted", at: new Date().toISOString(), cid: message.cid, content: { text: message.text } }
    if (ack) ack({ cid: message.cid, seq })
    io.to("room").emit("events", { room: "room", events: [event] })
  })
})
http.listen(Number(process.argv[3]), "127.0.0.1", () => console.log("ready"))
