/** Odin's one eye, seeing in pixels: as in public/favicon.svg. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <path
        d="M2 16C6 8.5 10.8 5 16 5s10 3.5 14 11c-4 7.5-8.8 11-14 11S6 23.5 2 16z"
        fill="none"
        stroke="currentColor"
        stroke-width="2.5"
        stroke-linejoin="round"
      />
      <g class="pupil">
        <path d="M11 13h3v-3h4v3h3v6h-3v3h-4v-3h-3z" fill="var(--accent)" />
        <path d="M17 12h3v3h-3z" fill="var(--surface)" />
      </g>
    </svg>
  );
}
