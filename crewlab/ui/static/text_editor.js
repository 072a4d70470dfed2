// A field for long text with numbered lines, that tells Python what was typed after each pause.

const PAUSE_MILLISECONDS = 400
const editors = new WeakMap()

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const editor = editors.get(parentElement) ?? openEditor(parentElement)
  editors.set(parentElement, editor)
  editor.tell = (text) => setStateValue("typed", { revision: editor.revision, text })
  editor.area.setAttribute("aria-label", data.label)
  if (editor.revision !== data.revision) show(editor, data)
  editor.marks = data.marks
  number(editor)
  return () => clearTimeout(editor.timer)
}

function openEditor(root) {
  const editor = { area: root.querySelector("textarea"), numbers: root.querySelector("pre"), told: "", marks: {} }
  const { area, numbers } = editor
  area.oninput = () => {
    number(editor)
    clearTimeout(editor.timer)
    editor.timer = setTimeout(() => tell(editor), PAUSE_MILLISECONDS)
  }
  area.onblur = () => tell(editor)
  area.onscroll = () => { numbers.scrollTop = area.scrollTop }
  area.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey) tell(editor) // a shortcut of the page acts on what was typed
    else event.stopPropagation() // a letter is typed, no shortcut
  }
  return editor
}

// Put the text of Python into the field; what is typed is left alone until Python names another revision.
function show(editor, data) {
  const { area } = editor
  const { selectionStart, selectionEnd, scrollTop } = area
  clearTimeout(editor.timer)
  editor.revision = data.revision
  editor.told = area.value = data.text
  area.setSelectionRange(selectionStart, selectionEnd)
  area.scrollTop = scrollTop
}

function tell(editor) {
  clearTimeout(editor.timer)
  if (editor.area.value === editor.told) return
  editor.told = editor.area.value
  editor.tell(editor.told)
}

function number(editor) {
  const { area, numbers, marks } = editor
  const count = area.value.split("\n").length
  const shape = `${count} ${JSON.stringify(marks)}`
  if (editor.shape === shape) return
  editor.shape = shape
  numbers.replaceChildren(...Array.from({ length: count }, (_, index) => line(index + 1, marks[index + 1])))
  numbers.scrollTop = area.scrollTop
}

function line(number, mark) {
  const shown = document.createElement("span")
  shown.textContent = `${number}\n`
  if (mark) shown.className = mark
  return shown
}
