import { Form } from '../components/common.tsx';
import { Dialog } from '../components/dialog.tsx';
import type { Line } from './image-canvas.tsx';

interface ScaleDialogProps {
  readonly line: Line;
  onClose(): void;
  onScale(pixelsPerCm: number): void;
}

const CM_OF_UNIT: Readonly<Record<string, number>> = { mm: 0.1, cm: 1, m: 100, in: 2.54 };

/** How long the line is in truth; from that, all areas in cm². */
export function ScaleDialog({ line: { from, to }, onClose, onScale }: ScaleDialogProps) {
  const lengthPx = Math.hypot(to.x - from.x, to.y - from.y);
  const submit = async (data: FormData) => {
    const lengthCm = Number(data.get('length')) * (CM_OF_UNIT[String(data.get('unit'))] ?? 1);
    if (!(lengthCm > 0)) throw new Error('Give a length above 0.');
    onScale(lengthPx / lengthCm);
  };
  return (
    <Dialog title="How long is the line?" onClose={onClose}>
      <p class="muted">
        It is <span class="number">{lengthPx.toFixed(1)}</span> pixels long. Areas hold where things lie in
        the plane of the line.
      </p>
      <Form verb="Set the scale" submit={submit}>
        <div class="row">
          <label class="field">
            <span>Length</span>
            <input name="length" type="number" step="any" min="0" required autoFocus inputMode="decimal" />
          </label>
          <label class="field">
            <span>Unit</span>
            <select name="unit" defaultValue="cm">
              <option>mm</option>
              <option selected>cm</option>
              <option>m</option>
              <option>in</option>
            </select>
          </label>
        </div>
      </Form>
    </Dialog>
  );
}
