import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.ValidateOutcome;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.MultipleItemsData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceFactory;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.services.properties.IPropertyRules;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormAnswerDataParser;
import org.javarosa.xform.util.XFormUtils;
import org.opendatakit.validate.StubSetGeopointActionHandler;

/**
 * Fills forms with JavaRosa, the engine of ODK Collect, as Collect walks them.
 *
 * <p>Each line of standard input is a job, {"form": path, "answers": {name: text or list}, "out":
 * path, "properties": {name: text}}; each line of standard output is its result, {"asked": [name],
 * "refused": {name: why}} or {"error": text}. Files that the form names lie beside the form.
 */
public final class Fill {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FormEntryController controller;
    private final FormDef form;
    private final JsonNode answers;
    private final Set<String> asked = new LinkedHashSet<>();
    private final Map<String, String> refused = new LinkedHashMap<>();

    private Fill(FormDef form, JsonNode answers) {
        this.form = form;
        this.answers = answers;
        controller = new FormEntryController(new FormEntryModel(form));
    }

    public static void main(String[] arguments) throws IOException {
        // The engine may print; only results go to standard output.
        PrintStream results = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err);
        PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        new XFormsModule().registerModule();
        PrototypeManager.registerPrototype("org.opendatakit.validate.StubSetGeopointAction");
        XFormParser.registerActionHandler("setgeopoint", new StubSetGeopointActionHandler());
        BufferedReader jobs =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
            results.println(JSON.writeValueAsString(run(JSON.readTree(line))));
        }
    }

    /** One bad form must not end the process: it is reported and the next job taken. */
    private static ObjectNode run(JsonNode job) {
        ObjectNode result = JSON.createObjectNode();
        try {
            Path file = Path.of(job.get("form").asText());
            ReferenceManager.instance().reset();
            ReferenceManager.instance().addReferenceFactory(new Beside(file.getParent()));
            PropertyManager.setPropertyManager(new Properties(job.get("properties")));
            FormDef form;
            try (InputStream stream = Files.newInputStream(file)) {
                form = XFormUtils.getFormFromInputStream(stream);
            }
            Fill fill = new Fill(form, job.get("answers"));
            Files.write(Path.of(job.get("out").asText()), fill.fill());
            result.set("asked", JSON.valueToTree(fill.asked));
            result.set("refused", JSON.valueToTree(fill.refused));
        } catch (Exception | StackOverflowError error) {
            error.printStackTrace();
            result.put("error", error.toString());
        }
        return result;
    }

    private byte[] fill() throws IOException {
        form.initialize(true, new InstanceInitializationFactory());
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        int event = controller.getModel().getEvent();
        while (event != FormEntryController.EVENT_END_OF_FORM) {
            if (event == FormEntryController.EVENT_QUESTION) {
                ask(controller.getModel().getQuestionPrompt());
            }
            event = controller.stepToNextEvent();
        }
        ValidateOutcome whole = form.validate();
        if (whole != null && whole.outcome != FormEntryController.ANSWER_OK) {
            refused.putIfAbsent(name(whole.failedPrompt.getReference()), why(whole.outcome));
        }
        form.postProcessInstance();
        controller.finalizeFormEntry();
        nameAudit();
        return new XFormSerializingVisitor().serializeInstance(form.getMainInstance());
    }

    private void ask(FormEntryPrompt prompt) {
        String name = name(prompt.getIndex().getReference());
        asked.add(name);
        if (prompt.isReadOnly()) {
            return;
        }
        JsonNode given = given(prompt.getIndex().getReference());
        // Who swipes past a question saves what it shows: a default, or nothing.
        IAnswerData answer = prompt.getAnswerValue();
        if (given != null) {
            try {
                answer = read(prompt, given);
            } catch (IllegalArgumentException unreadable) {
                refused.put(name, unreadable.getMessage());
                return;
            }
        }
        int outcome = controller.answerQuestion(answer, false);
        if (outcome != FormEntryController.ANSWER_OK) {
            refused.put(name, why(outcome));
        }
    }

    /** The answer of a question, found by its name or by its path below the root. */
    private JsonNode given(TreeReference reference) {
        JsonNode byPath = answers.get(path(reference));
        return byPath != null ? byPath : answers.get(name(reference));
    }

    private static IAnswerData read(FormEntryPrompt prompt, JsonNode given) {
        List<String> values = new ArrayList<>();
        if (given.isArray()) {
            given.forEach(value -> values.add(value.asText()));
        } else if (!given.asText().isEmpty()) {
            values.add(given.asText());
        }
        if (values.isEmpty()) {
            return null;
        }
        switch (prompt.getControlType()) {
            case Constants.CONTROL_SELECT_ONE:
                return new SelectOneData(choose(prompt, one(values)));
            case Constants.CONTROL_SELECT_MULTI:
            case Constants.CONTROL_RANK:
                List<Selection> chosen = new ArrayList<>();
                values.forEach(value -> chosen.add(choose(prompt, value)));
                return new MultipleItemsData(chosen);
            case Constants.CONTROL_TRIGGER:
                return new StringData(one(values));
            default:
                return typed(one(values), prompt);
        }
    }

    private static String one(List<String> values) {
        if (values.size() > 1) {
            throw new IllegalArgumentException("type: one value, not a list");
        }
        return values.get(0);
    }

    private static Selection choose(FormEntryPrompt prompt, String value) {
        for (SelectChoice choice : prompt.getSelectChoices()) {
            if (choice.getValue().equals(value)) {
                return choice.selection();
            }
        }
        throw new IllegalArgumentException("choice: no choice " + value);
    }

    private static IAnswerData typed(String text, FormEntryPrompt prompt) {
        if (prompt.getDataType() == Constants.DATATYPE_BINARY) {
            return new StringData(text);
        }
        IAnswerData read;
        try {
            read = XFormAnswerDataParser.getAnswerData(text, prompt.getDataType());
        } catch (RuntimeException unreadable) {
            read = null;
        }
        if (read == null) {
            throw new IllegalArgumentException("type: cannot read " + text);
        }
        return read;
    }

    /** Collect, not the engine, writes the name of its audit file. */
    private void nameAudit() {
        TreeElement meta = form.getMainInstance().getRoot().getFirstChild("meta");
        TreeElement audit = meta == null ? null : meta.getFirstChild("audit");
        if (audit != null && answers.has("audit")) {
            audit.setAnswer(new StringData(answers.get("audit").asText()));
        }
    }

    private static String why(int outcome) {
        return outcome == FormEntryController.ANSWER_REQUIRED_BUT_EMPTY ? "required" : "constraint";
    }

    private static String name(TreeReference reference) {
        return reference.getNameLast();
    }

    private static String path(TreeReference reference) {
        String whole = reference.toString(false);
        return whole.substring(whole.indexOf('/', 1) + 1);
    }

    /** What a form may ask of the device: its id, the name of the user. */
    private static final class Properties implements IPropertyManager {
        private final JsonNode values;

        Properties(JsonNode values) {
            this.values = values;
        }

        @Override
        public String getSingularProperty(String name) {
            String plain = name.startsWith("uri:") ? name.substring(4) : name;
            return values.has(plain) ? values.get(plain).asText() : null;
        }

        @Override
        public List<String> getProperty(String name) {
            return null;
        }

        @Override
        public void setProperty(String name, String value) {}

        @Override
        public void setProperty(String name, List<String> value) {}

        @Override
        public void addRules(IPropertyRules rules) {}

        @Override
        public List<IPropertyRules> getRules() {
            return null;
        }
    }

    /** jr://file/NAME, jr://file-csv/NAME, jr://images/NAME: the file NAME beside the form. */
    private static final class Beside implements ReferenceFactory {
        private final Path folder;

        Beside(Path folder) {
            this.folder = folder;
        }

        @Override
        public boolean derives(String uri) {
            return uri.startsWith("jr://");
        }

        @Override
        public Reference derive(String uri) {
            return new LocalFile(folder.resolve(uri.substring(uri.lastIndexOf('/') + 1)), uri);
        }

        @Override
        public Reference derive(String uri, String context) {
            return derive(context + "/" + uri);
        }
    }

    private static final class LocalFile implements Reference {
        private final Path file;
        private final String uri;

        LocalFile(Path file, String uri) {
            this.file = file;
            this.uri = uri;
        }

        @Override
        public boolean doesBinaryExist() {
            return Files.exists(file);
        }

        @Override
        public InputStream getStream() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public String getURI() {
            return uri;
        }

        @Override
        public String getLocalURI() {
            return file.toString();
        }

        @Override
        public boolean isReadOnly() {
            return true;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            throw new IOException("read only");
        }

        @Override
        public void remove() throws IOException {
            throw new IOException("read only");
        }

        @Override
        public Reference[] probeAlternativeReferences() {
            return new Reference[0];
        }
    }
}
