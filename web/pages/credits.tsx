import type { CreditEntry } from '../../client/index.ts';
import { formatChange, formatCount, formatCredits } from '../app/format.ts';
import { lastDays } from '../app/last-days.ts';
import { useMe } from '../app/me.ts';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Empty, Failure, Page, When } from '../components/common.tsx';
import { DataTable } from '../components/data-table.tsx';

const WORDS: Record<CreditEntry['reason'], string> = {
  initial_grant: 'Given with the account',
  granted: 'Granted',
  image_accepted: 'Stored',
  analysis: 'Analysed',
  video_frames: 'Video frames analysed',
  own_failure: 'Given back: our failure',
  canceled: 'Given back: canceled',
};

/** Two weeks of much work; the table shows as many. */
const MOST_ENTRIES = 2_000;

/** What one has, how it came about, and how it goes. */
export function CreditsPage() {
  const { credits } = useMe();
  const entries = useLoad(() => take(segmentry.list('listCreditEntries'), MOST_ENTRIES), [credits?.balance]);
  return (
    <Page title="Credits">
      <div class="figures">
        <Figure value={credits?.available} name="can be spent" />
        <Figure
          value={credits === undefined ? undefined : credits.balance - credits.available}
          name="held for work under way"
        />
      </div>
      <Failure error={entries.error} onRetry={entries.reload} />
      {entries.value !== undefined && (
        <div class="usage">
          <DailyChart entries={entries.value} />
          <Usage entries={entries.value} />
        </div>
      )}
      {entries.value?.length === 0 && (
        <Empty title="No entries yet">
          <p>What images and analyses cost stands here, entry by entry. Upload a picture to see the first.</p>
        </Empty>
      )}
      {entries.value !== undefined && entries.value.length > 0 && (
        <DataTable
          label="Entries"
          rows={entries.value}
          keyOf={({ id }) => id}
          columns={[
            { name: 'When', cell: ({ at }) => <When at={at} /> },
            {
              name: 'What',
              cell: ({ reason, note, items }) => (
                <span class="truncate">
                  {WORDS[reason] ?? reason}
                  {note !== undefined && <bdi class="muted"> · {note}</bdi>}
                  {items.length > 1 && <span class="muted"> · {items.length} items</span>}
                </span>
              ),
            },
            { name: 'Credits', isNumber: true, cell: ({ amount }) => formatChange(amount) },
            { name: 'Balance', isNumber: true, isMinor: true, cell: ({ balance }) => formatCredits(balance) },
          ]}
        />
      )}
    </Page>
  );
}

/** What the last days' work was, and what it cost: charges less what was given back. */
function Usage({ entries }: { entries: readonly CreditEntry[] }) {
  const [since = new Date()] = lastDays(DAYS);
  const recent = entries.filter(({ at, kind }) => kind !== 'grant' && new Date(at) >= since);
  const groups = [...Map.groupBy(recent, ({ reason }) => reason)].map(([reason, members]) => ({
    reason,
    items: members.reduce((sum, { items }) => sum + Math.max(1, items.length), 0),
    cost: -members.reduce((sum, { amount }) => sum + amount, 0),
  }));
  if (groups.length === 0) return null;
  const total = groups.reduce((sum, { cost }) => sum + cost, 0);
  return (
    <section class="usage-table">
      <h2>Used in the last {DAYS} days</h2>
      <DataTable
        label="Usage"
        rows={groups.toSorted((a, b) => b.cost - a.cost)}
        keyOf={({ reason }) => reason}
        columns={[
          { name: 'What', cell: ({ reason }) => WORDS[reason] ?? reason },
          { name: 'Items', isNumber: true, cell: ({ items }) => formatCount(items) },
          { name: 'Credits', isNumber: true, cell: ({ cost }) => formatCredits(cost) },
        ]}
      />
      <p class="muted">
        In all <span class="number">{formatCredits(total)}</span> credits.
      </p>
    </section>
  );
}

const Figure = ({ value, name }: { value: number | undefined; name: string }) => (
  <p class="figure">
    <strong class="number">{value === undefined ? '–' : formatCredits(value)}</strong>
    <span class="muted">{name}</span>
  </p>
);

const DAYS = 14;

/** What was spent on each of the last days, in the reader's own zone. */
function DailyChart({ entries }: { entries: readonly CreditEntry[] }) {
  const days = lastDays(DAYS).map((day) => day.toDateString());
  const spent = new Map(days.map((day) => [day, 0]));
  for (const { at, amount, kind } of entries) {
    const day = new Date(at).toDateString();
    if (kind !== 'grant' && spent.has(day)) spent.set(day, (spent.get(day) ?? 0) - amount);
  }
  const most = Math.max(...spent.values());
  if (most <= 0) return null;
  return (
    <figure class="chart">
      <figcaption>Spent in the last {DAYS} days</figcaption>
      <ol>
        {days.map((day) => {
          const value = Math.max(0, spent.get(day) ?? 0);
          return (
            <li key={day} title={`${day}: ${formatCredits(value)} credits`}>
              <svg viewBox="0 0 10 60" preserveAspectRatio="none" aria-hidden="true">
                <rect x="1" width="8" rx="1" y={60 - (58 * value) / most} height={(58 * value) / most} />
              </svg>
              <span class="number">{new Date(day).getDate()}</span>
              <span class="visually-hidden">: {formatCredits(value)} credits</span>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}
