import { type Command, InvalidArgumentError } from 'commander';
import type { Delivery, Webhook } from '../../client/index.ts';
import type { EventPattern } from '../../core/contracts/http/webhooks.ts';
import { addRemoteCommand, type ConnectionFlags, connect } from '../connection/connect.ts';
import { toCount } from '../options/parse-values.ts';
import { type Columns, formatTime, printDone, printItem, printList } from '../terminal/print.ts';

const ALL_EVENTS: readonly EventPattern[] = ['job.*', 'batch.*', 'upload.*'];

interface EventFlags extends ConnectionFlags {
  readonly event?: EventPattern[];
}

const WEBHOOK_COLUMNS: Columns<Webhook> = {
  webhook: ({ id }) => id,
  status: ({ status, disabledReason }) =>
    disabledReason === undefined ? status : `${status} (${disabledReason})`,
  url: ({ url }) => url,
  events: ({ events }) => events.join(', '),
};

const DELIVERY_COLUMNS: Columns<Delivery> = {
  delivery: ({ id }) => id,
  event: ({ event }) => event,
  status: ({ status }) => status,
  attempts: ({ attempts }) => attempts.length,
  last: ({ attempts }) => attempts.at(-1)?.httpStatus ?? attempts.at(-1)?.failure,
  next: ({ nextAttemptAt }) => formatTime(nextAttemptAt),
  created: ({ createdAt }) => formatTime(createdAt),
};

/** `segmentry webhooks` */
export function addWebhooksCommand(program: Command): void {
  const webhooks = program.command('webhooks').description('Who is called when something happens.');
  addRemoteCommand(webhooks, 'list', 'Your webhooks.', true)
    .option('--limit <number>', 'how many', toCount, 20)
    .action((flags: ConnectionFlags & { limit: number }) =>
      printList(connect(flags).list('listWebhooks'), WEBHOOK_COLUMNS, flags),
    );
  addRemoteCommand(webhooks, 'create <address>', 'Has an address called. Its secret is shown this once.')
    .option(
      '--event <type>',
      'such as job.failed or job.*; may be given several times; all where absent',
      collectEvents,
    )
    .action(async (url: string, { event: events = [...ALL_EVENTS], ...flags }: EventFlags) =>
      printItem(await connect(flags).api.createWebhook({ url, events }), flags.json),
    );
  addRemoteCommand(webhooks, 'show <id>', 'A webhook.').action(async (id: string, flags: ConnectionFlags) =>
    printItem(await connect(flags).api.getWebhook({ id }), flags.json),
  );
  addRemoteCommand(webhooks, 'enable <id>', 'Calls a webhook again that was disabled.').action(
    setStatus('enabled'),
  );
  addRemoteCommand(webhooks, 'disable <id>', 'Calls a webhook no more, until it is enabled.').action(
    setStatus('disabled'),
  );
  addRemoteCommand(webhooks, 'delete <id>', 'Removes a webhook.').action(
    async (id: string, flags: ConnectionFlags) => {
      await connect(flags).api.deleteWebhook({ id });
      printDone(`${id} is removed.`, { id }, flags.json);
    },
  );
  addRemoteCommand(
    webhooks,
    'rotate-secret <id>',
    'Gives a webhook a new secret; for a day both sign.',
  ).action(async (id: string, flags: ConnectionFlags) =>
    printItem(await connect(flags).api.rotateWebhookSecret({ id }), flags.json),
  );
  addRemoteCommand(webhooks, 'test <id>', 'Sends a test event.').action(
    async (id: string, flags: ConnectionFlags) =>
      printItem(await connect(flags).api.testWebhook({ id }), flags.json),
  );
  addRemoteCommand(webhooks, 'deliveries <id>', 'What was sent in the last 30 days, newest first.')
    .option('--limit <number>', 'how many', toCount, 20)
    .action((id: string, flags: ConnectionFlags & { limit: number }) =>
      printList(connect(flags).list('listDeliveries', { id }), DELIVERY_COLUMNS, flags),
    );
  addRemoteCommand(webhooks, 'replay <id> <delivery>', 'Sends a delivery again.').action(
    async (id: string, deliveryId: string, flags: ConnectionFlags) =>
      printItem(await connect(flags).api.replayDelivery({ id, deliveryId }), flags.json),
  );
  addListenCommand(webhooks);
}

interface ListenFlags extends EventFlags {
  readonly port: number;
  readonly public?: string;
}

function addListenCommand(webhooks: Command): void {
  addRemoteCommand(
    webhooks,
    'listen',
    'Prints what webhooks are told, verified by signature, until Ctrl-C. A deployment on this machine reaches the port by itself; one elsewhere needs a tunnel to it.',
  )
    .option('--port <number>', 'of 127.0.0.1; any free one where 0', toPort, 0)
    .option('--public <address>', 'the address of the tunnel')
    .option(
      '--event <type>',
      'such as job.failed or job.*; may be given several times; all where absent',
      collectEvents,
    )
    .action(async ({ event: events = [...ALL_EVENTS], port, public: publicUrl, ...flags }: ListenFlags) => {
      const { listenForWebhooks } = await import('./listen.ts');
      await listenForWebhooks(connect(flags), { port, publicUrl, events, json: flags.json === true });
    });
}

const setStatus = (status: 'enabled' | 'disabled') => async (id: string, flags: ConnectionFlags) =>
  printDone(`${id} is ${status}.`, await connect(flags).api.changeWebhook({ id, status }), flags.json);

/** The service knows which types there are. */
const collectEvents = (value: string, others: EventPattern[] = []) => [...others, value as EventPattern];

function toPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}
