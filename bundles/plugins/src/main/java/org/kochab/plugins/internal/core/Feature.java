package org.kochab.plugins.internal.core;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** The feature of a KAR. What it has beside bundles is refused: nothing is left out in silence. */
record Feature(String name, String version, List<Item> bundles) {
    private static final Pattern MAVEN = Pattern.compile(
            "mvn:([A-Za-z0-9_.-]+)/([A-Za-z0-9_.-]+)/([A-Za-z0-9_.+-]+)(?:/([A-Za-z0-9_.-]*)(?:/([A-Za-z0-9_.-]+))?)?");

    Feature {
        bundles = List.copyOf(bundles);
    }

    /** @param path below the KAR's repository */
    record Item(String url, String path, boolean dependency) {}

    /**
     * @param label what it is called in messages
     * @return empty if the document is no features file
     */
    static Optional<Feature> read(byte[] xml, String label) throws IOException {
        Element root = document(xml, label).getDocumentElement();
        if (!named(root).equals("features")) {
            return Optional.empty();
        }
        Feature feature = null;
        for (Element e : children(root)) {
            switch (named(e)) {
                case "repository", "resource-repository" ->
                    throw new Refused(label
                            + " refers to another features file, and a KAR must hold all it needs: remove <" + named(e)
                            + ">");
                case "feature" -> {
                    if (feature != null) {
                        throw new Refused(label + " has several features: ship a KAR for each plugin");
                    }
                    feature = feature(e, label);
                }
                default -> throw unknown(label, e);
            }
        }
        if (feature == null) {
            throw new Refused(label + " has no feature");
        }
        return Optional.of(feature);
    }

    private static Feature feature(Element feature, String label) {
        List<Item> bundles = new ArrayList<>();
        for (Element e : children(feature)) {
            switch (named(e)) {
                case "details" -> {}
                // What it depends on is checked by what its bundles import.
                case "feature" -> {}
                case "bundle" -> bundles.add(item(e, label));
                default -> throw unknown(label, e);
            }
        }
        return new Feature(feature.getAttribute("name"), version(feature), bundles);
    }

    private static String version(Element feature) {
        String version = feature.getAttribute("version").strip();
        return version.isEmpty() ? "0.0.0" : version;
    }

    private static Item item(Element bundle, String label) {
        String url = bundle.getTextContent().strip();
        Matcher m = MAVEN.matcher(url);
        if (!m.matches() || url.contains("..")) {
            throw new Refused(label + ": bundle '" + url
                    + "' is not of the form mvn:GROUP/ARTIFACT/VERSION, which is looked for in the KAR; wrap: and other"
                    + " addresses are not taken");
        }
        String type = m.group(4) == null || m.group(4).isEmpty() ? "jar" : m.group(4);
        String classifier = m.group(5) == null ? "" : "-" + m.group(5);
        String path = m.group(1).replace('.', '/') + "/" + m.group(2) + "/" + m.group(3) + "/" + m.group(2) + "-"
                + m.group(3) + classifier + "." + type;
        return new Item(url, path, Boolean.parseBoolean(bundle.getAttribute("dependency")));
    }

    private static Refused unknown(String label, Element e) {
        return new Refused(label + " has <" + named(e)
                + ">, which is not taken: a plugin's feature holds bundles and what it depends on; defaults of settings"
                + " belong into the bundle");
    }

    private static String named(Element e) {
        return e.getLocalName();
    }

    private static List<Element> children(Element parent) {
        List<Element> all = new ArrayList<>();
        for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n instanceof Element e) {
                all.add(e);
            }
        }
        return all;
    }

    private static Document document(byte[] xml, String label) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setNamespaceAware(true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler());
            return builder.parse(new ByteArrayInputStream(xml));
        } catch (SAXException e) {
            throw new Refused(label + " is no XML that can be read: " + e.getMessage());
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this Java has no XML parser", e);
        }
    }
}
