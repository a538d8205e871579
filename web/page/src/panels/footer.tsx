import { strings } from '../i18n/index.ts';

export function Footer() {
  const t = strings.value;
  return (
    <footer class="footer">
      <p>{t.footer.text}</p>
      <p>{t.hero.privacy}</p>
      <p>
        <a href="https://arxiv.org/abs/1706.02690">{t.footer.paper}</a>
        <a href="./bench.html">{t.footer.bench}</a>
      </p>
    </footer>
  );
}
