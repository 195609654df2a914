// The least that a gateway on Node with `ws` needs: a frame comes in by POST and goes out to every client.
import http from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (request.method === 'POST') {
      const tracking = JSON.parse(Buffer.concat(parts));
      const text = JSON.stringify({ type: 'tracking', data: tracking });
      for (const client of sockets.clients) {
        if (client.readyState === WebSocket.OPEN) client.send(text);
      }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ message: 'Tracking processed successfully', tracking }));
    } else {
      response.end('{"status":"healthy"}');
    }
  });
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

sockets.on('connection', (client) => {
  client.send(JSON.stringify({ type: 'connection', message: 'Connected', timestamp: Date.now() }));
});
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 2048 });
