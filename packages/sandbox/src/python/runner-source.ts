/** Where the runner finds its files inside the sandbox, and the workspace's folder for what it draws. */
export const pythonFolder = '/sandbox'
export const figureFolder = 'output'

/**
 * Runs the code like a script whose last expression is printed, as in a notebook, and shows a traceback without the runner's own frames.
 * It shares a process with that code, so nothing here is a wall.
 */
export const runnerSource = `
# _ast is built in: importing ast, or traceback before it is needed, would take a third of a bare start.
import _ast, _sitebuiltins, builtins, sys

# Half of a bare start is what the machine's packages do before anything was asked for (site, its .pth files). It is done at the first
# import that the standard library can't serve, and what it gives beside that is there at once.
class Site:
    def find_spec(self, name, path=None, target=None):
        if self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)
        import site
        site.main()
        found = (finder.find_spec(name, path, target) for finder in sys.meta_path)
        return next((spec for spec in found if spec is not None), None)

sys.meta_path.append(Site())
builtins.exit = _sitebuiltins.Quitter('exit', 'Ctrl-D (i.e. EOF)')
builtins.quit = _sitebuiltins.Quitter('quit', 'Ctrl-D (i.e. EOF)')
builtins.help = _sitebuiltins._Helper()

def run():
    with open('${pythonFolder}/main.py', encoding='utf-8') as file:
        source = file.read()
    scope = {'__name__': '__main__', '__builtins__': __builtins__}
    try:
        tree = compile(source, 'main.py', 'exec', _ast.PyCF_ONLY_AST)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], _ast.Expr) else None
        exec(compile(tree, 'main.py', 'exec'), scope)
        if last is not None:
            value = eval(compile(_ast.Expression(last.value), 'main.py', 'eval'), scope)
            if value is not None:
                print(repr(value))
        return 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException as error:
        import linecache, traceback
        linecache.cache['main.py'] = (len(source), None, source.splitlines(True), 'main.py')
        frames = error.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename != 'main.py':
            frames = frames.tb_next
        traceback.print_exception(type(error), error, frames)
        return 1
    finally:
        figures = sys.modules.get('sandbox_figures')
        if figures is not None:
            figures.save()

sys.path.append('${pythonFolder}')
sys.argv = ['main.py']
sys.exit(run())
`

/** Matplotlib's backend in the sandbox: what a window would have shown becomes a PNG in the workspace. */
export const figuresSource = `
import os
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase as FigureManager
from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas

saved = 0

def save():
    global saved
    for manager in Gcf.get_all_fig_managers():
        if saved >= 20:
            break
        saved += 1
        os.makedirs('${figureFolder}', exist_ok=True)
        name = os.environ['SANDBOX_FIGURES'] + '-' + str(saved) + '.png'
        manager.canvas.figure.savefig('${figureFolder}/' + name, dpi=110)
    Gcf.destroy_all()

def show(*args, **kwargs):
    save()
`
