import { type ComponentChildren, Fragment, type HTMLAttributes } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { itemsThere } from './items-there.ts';
import { useFocusedItem } from './use-focused-item.ts';
import { useRowWindow } from './use-row-window.ts';

export interface Column<Row> {
  readonly name: string;
  /** Figures stand on the right, below one another. */
  readonly isNumber?: boolean;
  /** Left out where there is little room. */
  readonly isMinor?: boolean;
  /** What can be done with a row: the head is for screen readers only. */
  readonly isActions?: boolean;
  cell(row: Row): ComponentChildren;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly class?: string;
  /** This row is brought into view. */
  readonly current?: number | undefined;
  keyOf(row: Row): string | number;
  rowAttributes?(row: Row): HTMLAttributes<HTMLTableRowElement>;
}

/** More than these, and only the rows in view are there. */
const MOST_WHOLE = 200;
const ROW_PX = 41;

/** Every table of the console. Thousands of rows scroll as smoothly as ten. */
export function DataTable<Row>({ label, columns, rows, ...props }: DataTableProps<Row>) {
  const frame = useRef<HTMLDivElement>(null);
  const isLong = rows.length > MOST_WHOLE;
  const body = useRef<HTMLTableSectionElement>(null);
  const window = useRowWindow(body, { total: rows.length, rowPx: ROW_PX, frame });
  const { focused, handlers } = useFocusedItem(rows, props.keyOf);
  const there = itemsThere(rows.length, isLong ? window : { first: 0, end: rows.length }, focused);
  useLayoutEffect(() => bringIntoView(frame.current, props.current), [props.current, isLong]);
  return (
    <div class="table-frame" ref={frame} tabIndex={0} role="region" aria-label={label}>
      <table class={`data ${props.class ?? ''}`} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={classOf(column)}>
                {column.isActions ? <span class="visually-hidden">{column.name}</span> : column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} {...handlers}>
          {there.map((nth, index) => {
            const row = rows[nth] as Row;
            return (
              <Fragment key={props.keyOf(row)}>
                <Gap rows={nth - (there[index - 1] ?? -1) - 1} columns={columns.length} />
                <tr data-nth={nth} aria-rowindex={nth + 2} {...props.rowAttributes?.(row)}>
                  {columns.map((column) => (
                    <td key={column.name} class={classOf(column)}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const classOf = ({
  isNumber,
  isActions,
  isMinor,
}: Pick<Column<never>, 'isNumber' | 'isActions' | 'isMinor'>) =>
  `${isNumber ? 'number' : isActions ? 'end' : ''} ${isMinor ? 'minor' : ''}`;

/** Room for rows that are not there. */
const Gap = ({ rows, columns }: { rows: number; columns: number }) =>
  rows === 0 ? null : (
    <tr class="gap">
      <td colSpan={columns} style={{ height: `${rows * ROW_PX}px` }} />
    </tr>
  );

function bringIntoView(frame: HTMLElement | null, index: number | undefined): void {
  if (frame === null || index === undefined || index < 0) return;
  const top = index * ROW_PX;
  const room = frame.clientHeight - 2 * ROW_PX;
  if (top < frame.scrollTop || top > frame.scrollTop + room) frame.scrollTop = top - room / 2;
}
