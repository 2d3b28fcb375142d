import { logsInBothRunners } from '../script/both-runners';
import { TargetServer } from '../script/target-server';
import { load } from '../script/temp-script';

let server: TargetServer;
beforeAll(async () => (server = await TargetServer.start()));
afterAll(() => server.stop());

const PAGE = `<!DOCTYPE html><html lang="en"><head><title>Shop &amp; "more"</title><style>b{}</style></head><body>
<form id="f" method="POST" action="/echo?x=1"><label for="who">Who</label>
<input type="hidden" name="csrf" value="t&quot;1"><input id="who" name="who" value="Ada" required>
<input type="checkbox" name="on" checked="checked"><input type="radio" name="off" value="1">
<select name="one"><option value="a">A<option selected>B &lt;3</select>
<select name="many" multiple><option selected value="x"><option selected value="y"></select>
<textarea name="note">
line</textarea><button type="submit" name="go" value="now">Go</button></form>
<ul class="list main"><li class="a">one<li class="b" data-user-id="7" data-info='{"a":[1]}' data-ok="true">two<li>three</ul>
<p>text <b>bold</b> <!-- note --> it's<br></p><a href="/items?x=1#top">items</a><a href="https://u:p@x.example:8443/q">x</a>
<table><thead><tr><th scope="col">H</th></tr></thead><tbody><tr><td colspan="2">1</td><td>2</td></tr></tbody></table></body></html>`;

const script = (...lines: string[]) => `
  import { parseHTML } from 'k6/html';
  const PAGE = ${JSON.stringify(PAGE)};
  export default function () {
    const doc = parseHTML(PAGE);
    const names = (selection) => selection.toArray().map((s) => s.get(0).nodeName()).join(' ');
    ${lines.join('\n')}
  }`;

const log = (expression: string) => `console.log(JSON.stringify(${expression}));`;

describe('k6/html', () => {
  logsInBothRunners(
    [
      {
        name: 'finds, reads and walks',
        source: script(
          log(
            `[doc.find('title').text(), doc.find('li').size(), doc.find('li').eq(-1).text(), doc.find('li.b').text()]`,
          ),
          log(
            `[doc.find('input[name=csrf]').attr('value'), doc.find('none').attr('x', 'given'), doc.find('none').attr('x')]`,
          ),
          log(
            `[doc.find('p').html(), doc.find('textarea').html(), doc.find('none').html(), doc.find('style').html()]`,
          ),
          log(
            `[names(doc.find('.b').next()), names(doc.find('.b').siblings('.a')), names(doc.find('td').parents()), names(doc.find('td').closest('table'))]`,
          ),
          log(
            `[names(doc.find('li').first().nextUntil('.none')), names(doc.find('li').last().prevUntil('.a')), names(doc.find('td').parentsUntil('body')), names(doc.find('td').parentsUntil('body', 'tr'))]`,
          ),
          log(
            `[names(doc.find('ul').children()), names(doc.find('ul').children('.b')), doc.find('p').contents().size(), names(doc.find('li').slice(1)), names(doc.find('li').slice(0, 2))]`,
          ),
          log(
            `[doc.find('li').filter('.a').size(), doc.find('li').not('.a').size(), doc.find('ul').has('.b').size(), doc.find('li').is('.b'), doc.find('li').add('p').size()]`,
          ),
          log(
            `[doc.find('li').filter((i, s) => i > 0).size(), doc.find('li').index(), doc.find('.b').index(), doc.find('li').index(doc.find('.b')), doc.find('.b').index('li')]`,
          ),
          log(
            `[doc.find('li').first().end().size(), doc.find(doc.find('.b')).size(), doc.find('li').find('*').size(), doc.text().length > 10]`,
          ),
        ),
        lines: [
          '["Shop & \\"more\\"",3,"three","two"]',
          '["t\\"1","given",null]',
          '["text <b>bold</b> <!-- note --> it&#39;s<br/>","line","","b{}"]',
          '["li","li","tr tbody table body html","table"]',
          '["li li","li","tr tbody table","tr"]',
          '["li li li","li",6,"li li","li li"]',
          '[1,2,1,true,4]',
          '[2,0,1,1,1]',
          '[3,1,0,true]',
        ],
      },
      {
        name: 'matches nothing with a selector that is no CSS',
        source: script(
          log(
            `[doc.find('li[').size(), doc.find('li').filter(':nope').size(), doc.find('li').not('li[').size(), doc.find('li').is('(('), doc.find('li:first').size(), doc.find('ul').find('> li').size()]`,
          ),
        ),
        lines: ['[0,0,3,false,0,0]'],
      },
      {
        name: 'iterates with elements and with selections',
        source: script(
          `doc.find('li').each((i, element) => console.log(i, element.textContent().trim(), element.className()));`,
          log(`doc.find('li').map((i, selection) => i + selection.text().trim())`),
          log(`doc.find('li').map((i) => { if (i === 1) throw new Error('left out'); return i; })`),
          log(`doc.find('li').get().length + doc.find('li').toArray().length`),
          log(`[doc.find('li').get(1).textContent(), doc.find('li').get(5) === undefined]`),
          `try { doc.find('li').each('x'); } catch (error) { console.log(String(error)); }`,
          `try { doc.find(7); } catch (error) { console.log(String(error)); }`,
        ),
        lines: [
          '0 one a',
          '1 two b',
          '2 three undefined',
          '["0one","1two","2three"]',
          '[0,2]',
          '6',
          '["two",true]',
          'GoError: the argument to each() must be a function',
          "GoError: invalid argument, cannot use a 'int64' as a selector",
        ],
      },
      {
        name: 'reads values, data and forms',
        source: script(
          log(
            `['#who', '[name=on]', '[name=off]', 'select[name=one]', 'select[name=many]', 'textarea', 'button', 'p'].map((s) => doc.find(s).val())`,
          ),
          log(
            `[doc.find('.b').data('userId'), doc.find('.b').data('user-id'), doc.find('.b').data('ok'), doc.find('.b').data('none'), doc.find('.a').data()]`,
          ),
          log(`Object.entries(doc.find('.b').data()).sort()`),
          log(`doc.find('form').serializeArray()`),
          log(`doc.find('form').serialize()`),
          log(`Object.entries(doc.find('input').serializeObject()).sort()`),
        ),
        lines: [
          '["Ada","on","1","B &lt;3",["x","y"],"line","now",null]',
          '[7,7,true,null,{}]',
          '[["info",{"a":[1]}],["ok",true],["userID",7]]',
          '[{"name":"csrf","value":"t\\"1"},{"name":"who","value":"Ada"},{"name":"on","value":"on"},{"name":"one","value":"B &lt;3"},{"name":"many","value":["x","y"]},{"name":"note","value":"line"}]',
          '"csrf=t%221&many=x&many=y&note=line&on=on&one=B+%26lt%3B3&who=Ada"',
          '[["csrf","t\\"1"],["on","on"],["who","Ada"]]',
        ],
      },
      {
        name: 'has elements with the methods of their tags',
        source: script(
          `const of = (selector) => doc.find(selector).get(0);`,
          log(
            `[of('#f').method(), of('#f').action(), of('#f').length(), of('#f').id(), of('#f').enctype(), of('#f').elements().length]`,
          ),
          log(
            `[of('#who').value(), of('#who').name(), of('#who').type(), of('#who').required(), of('#who').checked(), of('#who').form().id(), of('#who').labels().length, of('#who').formMethod()]`,
          ),
          log(
            `[of('a').href(), of('a').text(), of('select').value(), of('select').selectedIndex(), of('select').options().length, of('option').index(), of('label').htmlFor(), of('label').control().id()]`,
          ),
          log(
            `[of('td').colSpan(), of('td').cellIndex(), of('tr').rowIndex(), of('th').scope(), of('table').rows().length, of('table').tHead().nodeName(), of('button').type(), of('title').text()]`,
          ),
          log(
            `[of('p').nodeType(), of('p').firstChild().nodeName(), of('p').firstChild().nodeType(), of('p').childNodes().length, of('p').childElementCount(), of('p').lastElementChild().nodeName(), of('p').innerHTML().length]`,
          ),
          log(
            `[of('.b').getAttribute('data-ok'), of('.b').hasAttribute('x'), of('.b').previousElementSibling().className(), of('ul').classList(), of('ul').querySelectorAll('li').length, of('ul').querySelector('.b').textContent(), of('ul').matches('.list')]`,
          ),
          log(
            `[of('.b').attributes()['data-ok'].value, of('.b').getAttributeNode('class').name, of('ul').contains(of('.b')), of('p').contains(of('b')), of('.b').isSameNode(doc.find('.b').get(0)), of('b').isSameNode(doc.find('b').get(0)), of('b').isEqualNode(of('b')), of('.b').parentNode().nodeName(), of('html').lang(), of('b').ownerDocument().nodeName(), String(of('b').selection().text())]`,
          ),
        ),
        lines: [
          '["get","/echo?x=1",8,"f","application/x-www-form-urlencoded",8]',
          '["Ada","who","text",true,false,"f",1,"post"]',
          '["/items?x=1#top","items","B &lt;3",1,2,0,"who","who"]',
          '[2,0,0,"col",2,"thead","submit","Shop & \\"more\\""]',
          '[1,"#text",3,6,2,"br",44]',
          '["true",false,"a",["list","main"],3,"two",true]',
          '["true","class",false,true,false,true,true,"ul","en","#document","bold"]',
        ],
      },
      {
        name: 'is what Response.html() gives, with complete addresses',
        source: `
        import http from 'k6/http';
        const PAGE = ${JSON.stringify(PAGE)};
        export default function () {
          const r = http.post(__ENV.BASE_URL + '/page', PAGE);
          const hide = (text) => text.replace(__ENV.BASE_URL, 'BASE').replace(/127.0.0.1:\\d+/, 'HOST');
          const [one, two] = r.html('a').get();
          console.log(r.html().find('title').text(), hide(r.html().url), hide(one.href()), one.pathname(), one.search(), one.hash(), hide(one.host()));
          console.log(two.origin(), two.port(), two.hostname(), two.username(), two.password(), two.protocol());
          console.log(hide(r.html('form').get(0).action()), hide(r.html('button').get(0).formAction()));
          try { http.get(__ENV.BASE_URL + '/close').html(); } catch (error) { console.log(String(error)); }
        }`,
        lines: [
          'Shop & "more" BASE/page BASE/items?x=1#top /items ?x=1 #top HOST',
          'https://x.example:8443 8443 x.example u p https',
          'BASE/echo?x=1 BASE/echo?x=1',
          "GoError: the body is null so we can't transform it to HTML - this likely was because of a request error getting the response",
        ],
      },
      {
        name: 'submits forms and follows links',
        source: `
        import http from 'k6/http';
        const PAGE = ${JSON.stringify(PAGE)};
        export default function () {
          const r = http.post(__ENV.BASE_URL + '/page', PAGE);
          const sent = r.submitForm({ fields: { who: 'Eve' }, params: { headers: { 'X-A': '1' } } });
          console.log(sent.status, sent.request.method, sent.json('body').split('&').sort().join(' '));
          const followed = r.clickLink({ selector: 'a:first-of-type' });
          console.log(followed.status, followed.json('items.#'));
          const form = '<form action="/items"><input name="q" value="a b"><input type="submit" name="s" value="1"></form>';
          const got = http.post(__ENV.BASE_URL + '/page', form).submitForm();
          console.log(got.url.replace(__ENV.BASE_URL, ''), got.status);
          try { r.submitForm({ formSelector: '#none' }); } catch (error) { console.log(String(error).replace(__ENV.BASE_URL, '')); }
          try { r.clickLink({ selector: '#none' }); } catch (error) { console.log(String(error).replace(__ENV.BASE_URL, '')); }
        }`,
        lines: [
          '200 POST csrf=t%221 go=now many=%5Bx+y%5D note=line on=on one=B+%26lt%3B3 who=Eve',
          '200 3',
          '/items?q=a+b&s=1 200',
          "GoError: no form found for selector '#none' in response '/page'",
          "GoError: no element found for selector '#none' in response '/page'",
        ],
      },
      {
        name: 'waits for requests in each() and map()',
        source: `
        import http from 'k6/http';
        import { parseHTML } from 'k6/html';
        export default function () {
          const doc = parseHTML('<a href="/items/1"></a><a href="/items/2"></a>');
          doc.find('a').each((i, a) => { console.log(i, http.get(__ENV.BASE_URL + a.getAttribute('href')).json('id')); });
          const ids = doc.find('a').map((i, a) => http.get(__ENV.BASE_URL + a.attr('href')).json('id'));
          console.log(JSON.stringify(ids));
        }`,
        lines: ['0 1', '1 2', '[1,2]'],
      },
    ],
    () => ({ BASE_URL: server.url }),
  );
});

test('a blocking function in filter() of a selection is refused', async () => {
  const loaded = await load(
    `import http from 'k6/http'; import { parseHTML } from 'k6/html';
     export default function () { parseHTML('<a>').find('a').filter(() => http.get(__ENV.BASE_URL).status === 200); }`,
    { env: { BASE_URL: server.url } },
  );
  await expect(loaded.iterate()).rejects.toThrow('a function that blocks is not supported in filter()');
  await loaded.close();
});
