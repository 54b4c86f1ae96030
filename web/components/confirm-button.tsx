import { useState } from 'preact/hooks';
import { Failure } from './common.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmButtonProps {
  readonly name: string;
  /** For screen readers, where the name alone does not say of what. */
  readonly label?: string;
  readonly title: string;
  readonly text: string;
  readonly keep?: string;
  readonly quiet?: boolean;
  act(): Promise<unknown>;
}

/** Asks before something is lost, in a dialog that says what. */
export function ConfirmButton({ name, label, title, text, keep = 'Keep', quiet, act }: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>();
  const confirm = () => act().then(() => setAsking(false), setError);
  return (
    <>
      <button
        type="button"
        class={quiet ? 'danger quiet' : 'danger'}
        aria-label={label}
        onClick={() => setAsking(true)}
      >
        {name}
      </button>
      {isAsking && (
        <Dialog title={title} onClose={() => setAsking(false)}>
          <p>{text}</p>
          <Failure error={error} />
          <div class="form-actions">
            <button type="button" onClick={() => setAsking(false)}>
              {keep}
            </button>
            <button type="button" class="danger" onClick={() => void confirm()}>
              {name}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
