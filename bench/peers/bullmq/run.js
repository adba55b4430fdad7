// BullMQ doing what Decima does: jobs come in batches of 1,000, a worker computes their numbers, and the digits are kept
// with the job. Redis is the one that is installed, as it comes but for its port and folder: in memory, with a snapshot
// after a minute at the earliest, so what it has accepted may be lost. Prints one line of JSON.
//
//   node run.js JOBS.json CONCURRENCY      JOBS.json: an array as POST /api/v1/jobs takes it
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';

const batchJobs = 1000;
const [jobsFile, concurrency] = process.argv.slice(2);

function factorial({ n }) {
  let product = 1n;
  for (let i = 2n; i <= n; i++) product *= i;
  return product;
}

function fibonacci({ n }) {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}

function binomial({ n, k }) {
  let value = 1n;
  for (let i = 1n; i <= k; i++) value = (value * (BigInt(n) - i + 1n)) / i;
  return value;
}

const kinds = { factorial, fibonacci, binomial };

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

// Until something listens there.
async function listening(port) {
  for (;;) {
    const open = await new Promise((answer) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => (socket.destroy(), answer(true)));
      socket.on('error', () => answer(false));
    });
    if (open) return;
    await new Promise((later) => setTimeout(later, 5));
  }
}

// Processor seconds that this process and Redis have used.
function processorSeconds(redis) {
  const own = process.cpuUsage();
  const fields = readFileSync(`/proc/${redis.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (own.user + own.system) / 1e6 + (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(port, redis) {
  const connection = { host: '127.0.0.1', port };
  const jobs = JSON.parse(readFileSync(jobsFile)).map((job) => ({ name: job.kind, data: job.arguments }));
  const queue = new Queue('jobs', { connection });
  const worker = new Worker('jobs', async (job) => kinds[job.name](job.data).toString(), {
    connection,
    concurrency: Number(concurrency),
    autorun: false,
  });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  let left = jobs.length;
  const finished = new Promise((done, broken) => {
    worker.on('completed', () => --left || done());
    worker.on('failed', (job, error) => broken(error));
  });
  const [start, spent] = [performance.now(), processorSeconds(redis)];
  worker.run();
  for (let at = 0; at < jobs.length; at += batchJobs) await queue.addBulk(jobs.slice(at, at + batchJobs));
  const submitted = performance.now();
  await finished;
  const figures = {
    seconds: (performance.now() - start) / 1000,
    submit_seconds: (submitted - start) / 1000,
    processor_seconds: processorSeconds(redis) - spent,
  };
  await worker.close();
  await queue.close();
  return figures;
}

const folder = mkdtempSync(join(tmpdir(), 'decima-bullmq-'));
const port = await freePort();
const redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder], { stdio: 'ignore' });
try {
  await listening(port);
  console.log(JSON.stringify(await measure(port, redis)));
} finally {
  redis.kill('SIGKILL');
  rmSync(folder, { recursive: true });
}
