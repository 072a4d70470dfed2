"""What crewai_tools does not say of its tools in a form that can be read: used when the catalogue is generated."""

from __future__ import annotations

from typing import Any

CATEGORIES = {
    "files": ("FileRead", "FileWriter", "DirectoryRead", "FileCompressor"),
    "databases": (
        *("NL2SQL", "MySQL", "MongoDB", "Qdrant", "Weaviate", "Couchbase", "Snowflake", "SingleStore", "Databricks"),
        *("Oracle", "DB2", "AzureDocumentDB"),
    ),
    "code": ("E2B", "Daytona"),
    "images": ("DallE", "Vision", "OCR"),
    "evaluation": ("Patronus",),
    "web search": (
        *("Brave", "SerperDev", "SerpApi", "Serply", "TavilySearch", "TavilyResearch", "TavilyGetResearch", "Exa"),
        *("Linkup", "ParallelSearch", "BrightDataSearch", "Arxiv"),
    ),
    "web pages": (
        *("Scrape", "SerperScrape", "Firecrawl", "Jina", "Spider", "Selenium", "Hyperbrowser", "Browserbase"),
        *("Stagehand", "Oxylabs", "URLRead", "Scrapfly", "Scrapegraph", "BrightData", "MultiOn", "TavilyExtractor"),
    ),
}
"""Category -> how the names of its tools begin; the first that fits counts."""
DOCUMENTS, OTHERS = "search in documents", "services"
OFFLINE = frozenset({"FileReadTool", "FileWriterTool", "DirectoryReadTool", "FileCompressorTool", "WaitTool"})

RISKS = {
    "writes files": ("FileWriterTool", "FileCompressorTool", "ArxivPaperTool"),
    "runs code": ("E2B", "Daytona"),
    "uses a database": ("NL2SQL", "Snowflake", "SingleStoreSearch", "Databricks"),
    "acts for you": (
        *("Stagehand", "MultiOn", "Composio", "InvokeCrewAI", "GenerateCrewai", "MergeAgentHandler"),
        "ContextualAICreateAgent",
    ),
}

PACKAGES = {
    "NL2SQLTool": ("sqlalchemy",),
    "ComposioTool": ("composio-core",),
    "CouchbaseFTSVectorSearchTool": ("couchbase",),
    "LlamaIndexTool": ("llama-index-core",),
    "MySQLSearchTool": ("pymysql",),
    "PatronusEvalTool": (),
    "OxylabsUniversalScraperTool": ("oxylabs",),
    "YoutubeVideoSearchTool": ("youtube-transcript-api",),
    "YoutubeChannelSearchTool": ("pytube",),
    "GithubSearchTool": ("PyGithub",),
    "ArxivPaperTool": (),
    "VisionTool": ("openai",),
    "DallETool": ("openai",),
}
"""Packages beside the declared ones, by tool."""

OBJECTS = {
    "ComposioTool": "an action object of Composio",
    "CouchbaseFTSVectorSearchTool": "a connected cluster and an embedding function",
    "LlamaIndexTool": "a tool object of LlamaIndex",
    "PatronusLocalEvaluatorTool": "an evaluator function and a client",
    "PatronusPredefinedCriteriaEvalTool": "evaluator objects of Patronus",
    "OracleVectorSearchTool": "an embedding function",
    "OCRTool": "a model object of crewAI",
    "RagTool": "an adapter; use the tool for the kind of document, such as TXTSearchTool",
}
"""Python objects without which a tool cannot be made."""

KEYS: dict[str, tuple[dict[str, Any], ...]] = {
    "BrightDataSearchTool": ({"name": "BRIGHT_DATA_ZONE", "description": "Zone of Bright Data"},),
    "BrightDataWebUnlockerTool": ({"name": "BRIGHT_DATA_ZONE", "description": "Zone of Bright Data"},),
    "ScrapflyScrapeWebsiteTool": (),
}
"""Keys beside the declared ones."""
NEEDED = frozenset(
    {
        *("BROWSERBASE_API_KEY", "BROWSERBASE_PROJECT_ID", "HYPERBROWSER_API_KEY", "SCRAPEGRAPH_API_KEY"),
        *("DAYTONA_API_KEY", "EXA_API_KEY", "DATABRICKS_HOST", "DATABRICKS_TOKEN"),
    }
)
"""Keys that are declared as optional, and without which the tool does nothing but fail."""
FOREIGN = {"MongoDBVectorSearchTool": ("BROWSERBASE_API_KEY", "BROWSERBASE_PROJECT_ID")}
"""Keys that a tool declares by mistake."""
PARAMETERS = {
    "api_key": ("_API_KEY",),
    "project_id": ("_PROJECT_ID",),
    "personal_access_token": ("CREWAI_PERSONAL_ACCESS_TOKEN",),
}
"""Setting -> how the keys end that it stands in for."""
EMBEDDER = {
    "name": "OPENAI_API_KEY",
    "description": "Key for embeddings of OpenAI; without it, and without an embedding_model in config, offline ones",
    "required": False,
    "parameter": "config",
}

NOT_SETTINGS = frozenset(
    {
        *("base_dir", "file_path", "directory", "save_file", "save_dir", "adapter", "client", "async_client", "driver"),
        *("browserbase", "hyperbrowser", "scrapfly", "spider", "multion", "contextual_client", "custom_embedding_fn"),
        *("qdrant_package", "db2_package", "db2_dbi_package", "connection", "dbi_connection", "cursor", "oxylabs_api"),
        *("header_schema", "pdf", "txt", "kwargs", "args", "langchain_tool"),
    }
)
"""Parameters that are Python objects, or places on this machine: nobody sets them."""
RAG_CONFIG = {
    "title": "Config",
    "type": ["object", "null"],
    "default": None,
    "description": 'Such as {"embedding_model": {"provider": "openai", "config": {"model_name": "...", "api_key": '
    '"${secret:NAME}", "api_base": "..."}}}; left out: by OpenAI if its key is known, else offline',
}
NOT_REQUIRED = frozenset({"config"})
"""Settings that are made by the tool itself when they are left out."""

PATHS: dict[str, dict[str, str]] = {
    "FileCompressorTool": {"input_path": "read", "output_path": "write"},
    "CSVSearchTool": {"csv": "read or url"},
    "TXTSearchTool": {"txt": "read or url"},
    "PDFSearchTool": {"pdf": "read or url"},
    "JSONSearchTool": {"json_path": "read or url"},
    "MDXSearchTool": {"mdx": "read or url"},
    "DOCXSearchTool": {"docx": "read or url"},
    "XMLSearchTool": {"xml": "read or url"},
    "DirectorySearchTool": {"directory": "read"},
    "VisionTool": {"image_path_url": "read or url"},
    "ContextualAIParseTool": {"file_path": "read or url"},
    "ContextualAICreateAgentTool": {"document_paths": "read"},
}
