// The least that Express needs to answer as a gateway: security headers, CORS, a rate limit, and two routes.
import http from 'node:http';
import cors from 'cors';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';

const { PORT, VISION_SERVICE_URL } = process.env;
const agent = new http.Agent({ keepAlive: true });
const app = express();

app.use(helmet());
app.use(cors({ origin: 'http://localhost:3000', credentials: true }));
app.use(express.json({ limit: '10mb' }));
app.use('/api/gestures', rateLimit({ windowMs: 900_000, limit: 100_000_000, standardHeaders: true }));

app.get('/api/health', (request, response) => {
  response.json({
    status: 'healthy',
    timestamp: new Date().toISOString(),
    uptime: process.uptime(),
    services: { backend: 'running', ollama: 'http://localhost:11434' },
  });
});

app.get('/api/gestures', (request, response) => {
  const asked = http.get(`${VISION_SERVICE_URL}/gesture`, { agent, timeout: 5000 }, (answer) => {
    const parts = [];
    answer.on('data', (part) => parts.push(part));
    answer.on('end', () => response.status(answer.statusCode).json(JSON.parse(Buffer.concat(parts))));
  });
  asked.on('error', (error) => response.status(503).json({ error: 'Vision service unavailable', details: error.message }));
});

app.listen(Number(PORT), '127.0.0.1');
