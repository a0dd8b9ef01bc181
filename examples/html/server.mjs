// A website with a call in it: the page, the widget, and the endpoint that says who may join. It needs Node and nothing else.
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const { JOIN_SECRET = '', PORT = '3000', SIGNALING_URL = 'http://localhost:8787' } = process.env;
if (JOIN_SECRET.length < 32) throw new Error('Set JOIN_SECRET to the one that the service has.');

const PAGE = new URL('index.html', import.meta.url);
const WIDGET = new URL('../../packages/widget/dist/p2p-call.iife.min.js', import.meta.url);

/** The people who have opened the page, by the value of their cookie. Your site has a log-in instead. */
const people = new Map();

/** Which rooms are there, and who may enter: here everybody may enter the only one. */
const mayEnter = (_person, room) => room === 'support-42';

function joinToken(room, person) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const head = part({ alg: 'HS256', typ: 'p2p-join+jwt' });
  const body = part({ aud: 'p2p-call', sub: person.id, name: person.name, room, iat: now, exp: now + 300 });
  const signature = createHmac('sha256', JOIN_SECRET).update(`${head}.${body}`).digest('base64url');
  return `${head}.${body}.${signature}`;
}

function personOf(request) {
  const [, cookie] = /(?:^|; )person=([^;]+)/.exec(request.headers.cookie ?? '') ?? [];
  return people.get(cookie);
}

function sendPage(request, response, page) {
  if (personOf(request) === undefined) {
    const cookie = randomUUID();
    people.set(cookie, { id: `person-${people.size + 1}`, name: `Person ${people.size + 1}` });
    response.setHeader('set-cookie', `person=${cookie}; HttpOnly; SameSite=Lax; Path=/`);
  }
  response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
}

async function sendToken(request, response) {
  const person = personOf(request);
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 1024) return response.writeHead(413).end();
  }
  const { room } = JSON.parse(text);
  if (person === undefined || !mayEnter(person, room)) return response.writeHead(403).end();
  return response
    .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify({ token: joinToken(room, person) }));
}

async function answer(request, response) {
  switch (`${request.method} ${request.url}`) {
    case 'GET /': {
      const page = await readFile(PAGE, 'utf8');
      return sendPage(request, response, page.replace('http://localhost:8787', SIGNALING_URL));
    }
    case 'GET /p2p-call.iife.min.js':
      return response.setHeader('content-type', 'text/javascript').end(await readFile(WIDGET));
    case 'POST /p2p-token':
      return sendToken(request, response);
    default:
      return response.writeHead(404).end();
  }
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.writeHead(400).end());
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Open http://localhost:${server.address().port} in two browsers.`);
});
