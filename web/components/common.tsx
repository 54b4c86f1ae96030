import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { formatExact, formatRelative, wordsOf } from '../app/format.ts';
import { Icon } from './icon.tsx';

/** A moment, as people say it; the exact one on hover. */
export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatRelative(at)}
    </time>
  );
}

/** A failure in the product's words, where it happened. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  if (error === undefined) return null;
  return (
    <p class="failure" role="alert">
      {wordsOf(error)}
      {onRetry !== undefined && (
        <button type="button" class="quiet" onClick={onRetry}>
          Try again
        </button>
      )}
    </p>
  );
}

/** What a place that is still empty is for, and the first step. */
export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function StatusChip({ status }: { status: string }) {
  return <span class={`chip status status-${status}`}>{status}</span>;
}

export function Page({
  title,
  count,
  actions,
  children,
}: {
  title: string;
  /** How many stand on it, in words. */
  count?: string | undefined;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <div class="page">
      <header class="page-head">
        <h1 dir="auto">{title}</h1>
        {count !== undefined && <span class="muted number count">{count}</span>}
        <div class="actions">{actions}</div>
      </header>
      {children}
    </div>
  );
}

/** A secret that is shown this once. */
export function Secret({ name, value }: { name: string; value: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(value).then(() => setCopied(true));
  return (
    <div class="secret" role="status">
      <p>
        <strong>{name}</strong> It is shown this once: keep it where only you can read it.
      </p>
      <div class="secret-line">
        <code>{value}</code>
        <button type="button" onClick={() => void copy()}>
          <Icon name="copy" /> {copied ? 'Copied' : 'Copy'}
        </button>
      </div>
    </div>
  );
}

interface FormProps {
  readonly verb: string;
  readonly children: ComponentChildren;
  /** What was typed stands there afterwards too. */
  readonly keeps?: boolean;
  readonly isDangerous?: boolean;
  submit(data: FormData): Promise<unknown>;
}

/** A form that says what went wrong beside itself, and can't be sent twice meanwhile. */
export function Form({ submit, children, verb, keeps = false, isDangerous = false }: FormProps) {
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    setBusy(true);
    setError(undefined);
    await submit(new FormData(form)).then(() => keeps || form.reset(), setError);
    setBusy(false);
  };
  return (
    <form onSubmit={send}>
      {children}
      <Failure error={error} />
      <div class="form-actions">
        <button type="submit" class={isDangerous ? 'danger' : 'primary'} disabled={isBusy}>
          {verb}
        </button>
      </div>
    </form>
  );
}

export const textOf = (data: FormData, name: string): string => String(data.get(name) ?? '').trim();
