import { useState } from 'preact/hooks';
import { segmentry } from '../app/session.ts';
import { useLoad } from '../app/use-load.ts';
import { Empty, Failure, Form, Page, Secret, textOf, When } from '../components/common.tsx';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { DataTable } from '../components/data-table.tsx';
import { Dialog } from '../components/dialog.tsx';

/** Keys for programs. */
export function KeysPage() {
  const keys = useLoad(async (signal) => (await segmentry.api.listApiKeys({}, { signal })).items, []);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<string>();
  const make = async (data: FormData) => {
    const scopes = data.get('write') === null ? (['read'] as const) : (['read', 'write'] as const);
    const endsOn = textOf(data, 'endsOn');
    const { key } = await segmentry.api.createApiKey({
      name: textOf(data, 'name'),
      scopes: [...scopes],
      ...(endsOn !== '' && { expiresAt: new Date(`${endsOn}T23:59:59`).toISOString() }),
    });
    setMade(key);
    setMaking(false);
    keys.reload();
  };
  return (
    <Page
      title="API keys"
      actions={
        <button type="button" class="primary" onClick={() => setMaking(true)}>
          Make a key
        </button>
      }
    >
      {made !== undefined && <Secret name="Your new key." value={made} />}
      <Failure error={keys.error} onRetry={keys.reload} />
      {keys.value?.length === 0 && (
        <Empty title="No keys yet">
          <p>
            A program signs in by a key instead of a password. Make one for each program, so that each can be
            revoked.
          </p>
        </Empty>
      )}
      {keys.value !== undefined && keys.value.length > 0 && (
        <DataTable
          label="API keys"
          rows={keys.value}
          keyOf={({ id }) => id}
          columns={[
            { name: 'Name', cell: ({ name }) => <bdi class="truncate">{name}</bdi> },
            { name: 'May', cell: ({ scopes }) => scopes.join(' and ') },
            { name: 'Made', isMinor: true, cell: ({ createdAt }) => <When at={createdAt} /> },
            {
              name: 'Ends',
              isMinor: true,
              cell: ({ expiresAt }) => (expiresAt === undefined ? 'Never' : <When at={expiresAt} />),
            },
            {
              name: 'Actions',
              isActions: true,
              cell: ({ id, name }) => (
                <ConfirmButton
                  name="Revoke"
                  label={`Revoke ${name}`}
                  title="Revoke the key?"
                  text={`Programs that sign in by ${name} are shut out at once.`}
                  quiet
                  act={() => segmentry.api.deleteApiKey({ id }).then(keys.reload)}
                />
              ),
            },
          ]}
        />
      )}
      {isMaking && (
        <Dialog title="Make an API key" onClose={() => setMaking(false)}>
          <Form verb="Make the key" submit={make}>
            <label class="field">
              <span>Name</span>
              <input name="name" required maxLength={100} placeholder="Nightly import" />
            </label>
            <label class="field">
              <span>Good until, where it shall end by itself</span>
              <input name="endsOn" type="date" min={new Date().toISOString().slice(0, 10)} />
            </label>
            <label class="choice">
              <input type="checkbox" name="write" /> May upload, change and delete, not only read
            </label>
          </Form>
        </Dialog>
      )}
    </Page>
  );
}
