/**
 * Takes the place of the compiled HTTP client of `aws-lambda-ric`, which needs a C++ toolchain: what it asks of the
 * Runtime API, no more. Answers are sent in order, on one connection.
 */
const { Agent, request } = require('node:http');

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const INVOCATIONS = '/2018-06-01/runtime/invocation';

function call(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, agent, method, path, headers }, (answer) => {
      let bodyJson = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => {
        bodyJson += chunk;
      });
      answer.on('end', () => resolve({ bodyJson, headers: answer.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function post(path, body, headers) {
  call('POST', path, body, { 'Content-Type': 'application/json', ...headers }).catch((error) => {
    console.error(`The Runtime API took no answer: ${error.message}`);
    process.exit(1);
  });
}

module.exports = {
  next: () => call('GET', `${INVOCATIONS}/next`),
  done: (id, body) => post(`${INVOCATIONS}/${id}/response`, body),
  error: (id, body) =>
    post(`${INVOCATIONS}/${id}/error`, body, { 'Lambda-Runtime-Function-Error-Type': 'Unhandled' }),
};
