import type { CreditEntry } from '../../client/index.ts';
import { formatCredits } from '../app/format.ts';
import { useMe } from '../app/me.ts';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Empty, Failure, Page, When } from '../components/common.tsx';

const WORDS: Record<CreditEntry['reason'], string> = {
  initial_grant: 'Given with the account',
  granted: 'Granted',
  image_accepted: 'Stored',
  analysis: 'Analysed',
  video_frames: 'Video frames analysed',
  own_failure: 'Given back: our failure',
  canceled: 'Given back: canceled',
};

/** What one has, how it came about, and how it goes. */
export function CreditsPage() {
  const { credits } = useMe();
  const entries = useLoad(() => take(segmentry.list('listCreditEntries'), 500), [credits?.balance]);
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
      {entries.value !== undefined && <DailyChart entries={entries.value} />}
      {entries.value?.length === 0 && (
        <Empty title="No entries yet">
          <p>What images and analyses cost stands here, entry by entry. Upload a picture to see the first.</p>
        </Empty>
      )}
      {entries.value !== undefined && entries.value.length > 0 && (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Entries">
          <table class="data">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">What</th>
                <th scope="col" class="number">
                  Credits
                </th>
                <th scope="col" class="number">
                  Balance
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.value.map(({ id, at, reason, note, items, amount, balance }) => (
                <tr key={id}>
                  <td>
                    <When at={at} />
                  </td>
                  <td>
                    {WORDS[reason] ?? reason}
                    {note !== undefined && <bdi class="muted"> · {note}</bdi>}
                    {items.length > 1 && <span class="muted"> · {items.length} items</span>}
                  </td>
                  <td class="number">{amount > 0 ? `+${formatCredits(amount)}` : formatCredits(amount)}</td>
                  <td class="number">{formatCredits(balance)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  );
}

const Figure = ({ value, name }: { value: number | undefined; name: string }) => (
  <p class="figure">
    <strong class="number">{value === undefined ? '–' : formatCredits(value)}</strong>
    <span class="muted">{name}</span>
  </p>
);

const DAYS = 14;
const DAY_MS = 86_400_000;

/** What was spent on each of the last days, in the reader's own zone. */
function DailyChart({ entries }: { entries: readonly CreditEntry[] }) {
  const days = Array.from({ length: DAYS }, (_, index) =>
    new Date(Date.now() - (DAYS - 1 - index) * DAY_MS).toDateString(),
  );
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
