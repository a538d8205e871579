import { shown } from '../engine/detect.ts';
import { strings } from '../i18n/index.ts';
import { className, percent } from '../ui/format.ts';

/** Classes shown, the likeliest first. */
const most = 5;

export function BarsPanel() {
  const t = strings.value.bars;
  const now = shown.value;
  const rows = now
    ? Array.from(now.result.probabilities, (before, i) => ({
        name: className(now.classes[i] ?? String(i)),
        before,
        after: now.result.perturbedProbabilities[i] ?? 0,
      }))
        .sort((a, b) => Math.max(b.before, b.after) - Math.max(a.before, a.after))
        .slice(0, most)
    : [];
  return (
    <section class="card bars" aria-labelledby="bars-title">
      <h2 id="bars-title">{t.title}</h2>
      <p class="about">{t.lead}</p>
      <p class="keys" aria-hidden="true">
        <span>
          <i class="key before" /> {t.before}
        </span>
        <span>
          <i class="key after" /> {t.after}
        </span>
      </p>
      {rows.length === 0 ? (
        <p class="hint">{t.noAnswer}</p>
      ) : (
        <table>
          <caption class="sr-only">{t.tableCaption}</caption>
          <thead class="sr-only">
            <tr>
              <th scope="col">{t.class}</th>
              <th scope="col">{t.before}</th>
              <th scope="col">{t.after}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td class="before">
                  <span class="bar" style={{ '--share': row.before }} />
                  <span class="value">{percent(row.before, 1)}</span>
                </td>
                <td class="after">
                  <span class="bar" style={{ '--share': row.after }} />
                  <span class="value">{percent(row.after, 1)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
